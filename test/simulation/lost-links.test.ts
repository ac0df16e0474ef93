import { describe, expect, it } from "vitest";
import type { PeerId } from "../../shared/base/transport.ts";
import { hashesByRound, positionOf, swarmOf } from "../support/swarm.ts";

type TestSwarm = ReturnType<typeof swarmOf>;

const at = (swarm: TestSwarm, position: number): PeerId =>
  swarm.ids.find((peer) => positionOf(swarm.reports, peer) === position)!;

/** All links of a peer end, and none opens again; its socket lives. Returns the end of that. */
function cutOff(swarm: TestSwarm, victim: PeerId): () => void {
  const { network } = swarm.swarm;
  const others = swarm.ids.filter((peer) => peer !== victim);
  const undo = others.map((peer) => network.block(victim, peer));
  for (const peer of others) network.lose(victim, peer);
  return () => undo.forEach((one) => void one());
}

const newest = ({ roundsOf }: TestSwarm, peers: readonly PeerId[]): number =>
  Math.max(...peers.map((peer) => roundsOf(peer).at(-1)?.round ?? 0));

function expectOneChain({ roundsOf }: TestSwarm, peers: readonly PeerId[]): void {
  expect([...hashesByRound(peers.flatMap(roundsOf))].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
}

describe("links that were open and stay closed, while all sockets live", () => {
  it.each([3, 7, 15])("cost a root of %i its place, and the others at most nine seconds without a commit", async (count) => {
    const swarm = swarmOf(count);
    await swarm.run(swarm.reached(5, swarm.ids));
    const root = at(swarm, 0);
    const others = swarm.ids.filter((peer) => peer !== root);
    cutOff(swarm, root);
    await swarm.clock.advance(1_000);
    const before = newest(swarm, others);
    await swarm.clock.advance(8_000);
    expect(newest(swarm, others)).toBeGreaterThan(before);
    expect(positionOf(swarm.reports, root)).not.toBe(0);
    expectOneChain(swarm, others);
  });

  it("keep no round waiting under the next roster either, while that names who has lost them", async () => {
    const swarm = swarmOf(7);
    await swarm.run(swarm.reached(5, swarm.ids));
    const leaf = at(swarm, 5);
    const others = swarm.ids.filter((peer) => peer !== leaf);
    // Less than the time after which the two ends complain about a link.
    const spanMs = 3_500;
    await swarm.clock.advance(spanMs);
    const undisturbed = newest(swarm, others) - 5;
    cutOff(swarm, leaf);
    const newcomer = swarm.swarm.add();
    const before = newest(swarm, others);
    await swarm.clock.advance(spanMs);
    expect(swarm.roundsOf(newcomer).at(-1)).toMatchObject({ members: 8, contributors: 7, counted: true });
    expect(newest(swarm, others) - before).toBeGreaterThan(0.8 * undisturbed);
    expectOneChain(swarm, others);
  });

  it("between a child and its parent part the two, and everybody counts again within ten seconds", async () => {
    const swarm = swarmOf(7);
    await swarm.run(swarm.reached(5, swarm.ids));
    const [leaf, parent] = [at(swarm, 5), at(swarm, 2)];
    swarm.swarm.network.block(leaf, parent);
    swarm.swarm.network.lose(leaf, parent);
    await swarm.clock.advance(10_000);
    for (const peer of swarm.ids) expect(swarm.roundsOf(peer).at(-1)).toMatchObject({ contributors: 7, counted: true });
    expectOneChain(swarm, swarm.ids);
  });

  it("of which nobody hears while the server is away are complained about when it is back", async () => {
    const swarm = swarmOf(7);
    await swarm.run(swarm.reached(5, swarm.ids));
    swarm.swarm.signaling.setAway(true);
    const [leaf, parent] = [at(swarm, 5), at(swarm, 2)];
    swarm.swarm.network.block(leaf, parent);
    swarm.swarm.network.lose(leaf, parent);
    await swarm.clock.advance(20_000);
    swarm.swarm.signaling.setAway(false);
    await swarm.clock.advance(9_000);
    for (const peer of swarm.ids) expect(swarm.roundsOf(peer).at(-1)).toMatchObject({ contributors: 7 });
  });

  it("for less than four seconds change no roster", async () => {
    const swarm = swarmOf(7);
    await swarm.run(swarm.reached(5, swarm.ids));
    const rosters = (): number => swarm.reports.filter(({ report }) => report.type === "roster").length;
    const before = rosters();
    const heal = cutOff(swarm, at(swarm, 1));
    await swarm.clock.advance(300);
    heal();
    await swarm.clock.advance(12_000);
    expect(rosters()).toBe(before);
  });
});

describe("a root that dies while the server is away", () => {
  it("pauses the run, which the others say once, and which goes on by itself", async () => {
    const swarm = swarmOf(7);
    await swarm.run(swarm.reached(5, swarm.ids));
    const root = at(swarm, 0);
    const others = swarm.ids.filter((peer) => peer !== root);
    const noticesOf = (peer: PeerId): string[] =>
      swarm.reports.flatMap(({ peer: by, report }) => (by === peer && report.type === "notice" ? [report.text] : []));
    swarm.swarm.signaling.setAway(true);
    swarm.swarm.network.remove(root);
    await swarm.clock.advance(60_000);
    const paused = newest(swarm, others);
    expect(noticesOf(at(swarm, 1))).toEqual([
      "the root is gone and the signaling server does not answer: the run goes on when it is back",
    ]);
    for (const peer of others) {
      expect(noticesOf(peer)).toHaveLength(1);
      expect(noticesOf(peer)[0]).toContain("the signaling server does not answer: the run goes on when it is back");
    }
    swarm.swarm.signaling.setAway(false);
    swarm.swarm.crash(root);
    expect(await swarm.run(swarm.reached(paused + 3, others))).toBe(true);
    for (const peer of others) expect(noticesOf(peer).slice(1)).toEqual(["the run goes on"]);
  });
});

describe("an inner peer that dies while the server is away", () => {
  it.each([
    ["heap", 4, 1],
    ["heap", 7, 1],
    ["heap", 15, 3],
    ["heap", 16, 7],
    ["binomial", 8, 4],
    ["binomial", 16, 12],
  ] as const)("in a %s of %i, at %i, costs the peers below it two seconds of rounds", async (tree, count, dead) => {
    const swarm = swarmOf(count, { tree });
    await swarm.run(swarm.reached(5, swarm.ids));
    swarm.swarm.signaling.setAway(true);
    const victim = at(swarm, dead);
    const others = swarm.ids.filter((peer) => peer !== victim);
    swarm.swarm.network.remove(victim);
    await swarm.clock.advance(2_000);
    const before = newest(swarm, others);
    expect(await swarm.run(swarm.reached(before + 15, others))).toBe(true);
    for (const peer of others) {
      const late = swarm.roundsOf(peer).filter(({ round }) => round > before + 1);
      expect(late.every(({ counted, contributors }) => counted && contributors === count - 1)).toBe(true);
    }
    expectOneChain(swarm, others);
    swarm.swarm.signaling.setAway(false);
    swarm.swarm.crash(victim);
    await swarm.clock.advance(10_000);
    expect(swarm.roundsOf(others[0]!).at(-1)).toMatchObject({ members: count - 1, contributors: count - 1 });
    expectOneChain(swarm, others);
  });
});
