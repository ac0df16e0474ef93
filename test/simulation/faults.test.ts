import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import { hashesByRound, positionOf, swarmOf } from "../support/swarm.ts";

type TestSwarm = ReturnType<typeof swarmOf>;

function expectOneChain({ roundsOf }: TestSwarm, peers: readonly PeerId[]): void {
  const split = [...hashesByRound(peers.flatMap(roundsOf))].filter(([, hashes]) => hashes.size > 1);
  expect(split).toEqual([]);
}

function noticesOf({ reports }: TestSwarm, peer: PeerId): string[] {
  return reports.flatMap(({ peer: by, report }) => (by === peer && report.type === "notice" ? [report.text] : []));
}

const at = (swarm: TestSwarm, position: number): PeerId =>
  swarm.ids.find((peer) => positionOf(swarm.reports, peer) === position)!;

describe("training that fails", () => {
  it("once is tried again: the run of two goes on, and says what happened once", async () => {
    let failures = 0;
    const swarm = swarmOf(
      2,
      {},
      {
        wrap: (trainer, seat) => ({
          ...trainer,
          localUpdate: (options) =>
            seat === 1 && options.round === 3 && ++failures < 3
              ? Promise.reject(new Error("device lost"))
              : trainer.localUpdate(options),
        }),
      },
    );
    expect(await swarm.run(swarm.reached(10, swarm.ids))).toBe(true);
    expectOneChain(swarm, swarm.ids);
    expect(swarm.ids.flatMap((peer) => noticesOf(swarm, peer))).toHaveLength(1);
  });

  it("to a number that is no number is kept out of the sum", async () => {
    const swarm = swarmOf(
      3,
      {},
      {
        wrap: (trainer, seat) => ({
          ...trainer,
          localUpdate: async (options) => {
            const update = await trainer.localUpdate(options);
            if (seat === 2) update.delta[0] = Number.NaN;
            return update;
          },
        }),
      },
    );
    expect(await swarm.run(swarm.reached(6, swarm.ids))).toBe(true);
    expectOneChain(swarm, swarm.ids);
    for (const { contributors } of swarm.roundsOf(swarm.ids[0]!)) expect(contributors).toBe(2);
  });
});

describe("while the signaling server is away", () => {
  it("rounds go on over the open links, and keep their pace when a leaf is gone", async () => {
    const swarm = swarmOf(5);
    await swarm.run(swarm.reached(5, swarm.ids));
    swarm.swarm.signaling.setAway(true);
    const leaf = at(swarm, 4);
    swarm.swarm.crash(leaf);
    const others = swarm.ids.filter((peer) => peer !== leaf);
    await swarm.run(swarm.reached(8, others));
    const startedMs = swarm.clock.now();
    expect(await swarm.run(swarm.reached(18, others))).toBe(true);
    expect((swarm.clock.now() - startedMs) / 10).toBeLessThan(300);
    expect(swarm.roundsOf(others[0]!).at(-1)).toMatchObject({ members: 5, contributors: 4 });
    expectOneChain(swarm, others);
  });

  it("nothing is committed without the root, and the run goes on by itself when the server is back", async () => {
    const swarm = swarmOf(4);
    await swarm.run(swarm.reached(5, swarm.ids));
    const root = at(swarm, 0);
    const others = swarm.ids.filter((peer) => peer !== root);
    swarm.swarm.signaling.setAway(true);
    swarm.swarm.network.remove(root);
    await swarm.clock.advance(30_000);
    const paused = Math.max(...others.map((peer) => swarm.roundsOf(peer).at(-1)!.round));
    await swarm.clock.advance(30_000);
    expect(Math.max(...others.map((peer) => swarm.roundsOf(peer).at(-1)!.round))).toBe(paused);
    swarm.swarm.signaling.setAway(false);
    swarm.swarm.crash(root);
    expect(await swarm.run(swarm.reached(paused + 5, others))).toBe(true);
    expectOneChain(swarm, others);
  });
});

describe("links", () => {
  it("that cannot open between two peers move the child elsewhere, and everyone counts", async () => {
    const swarm = swarmOf(7);
    const [first, second] = [swarm.ids[0]!, swarm.ids[1]!];
    swarm.swarm.network.block(first, second);
    const everyone = (): boolean => swarm.ids.every((peer) => swarm.roundsOf(peer).at(-1)?.contributors === 7);
    expect(await swarm.run(everyone)).toBe(true);
    expectOneChain(swarm, swarm.ids);
  });

  it("that open to nobody make an observer of a peer, which is told what to do, and the others go on", async () => {
    const swarm = swarmOf(5);
    const alone = swarm.ids[3]!;
    const others = swarm.ids.filter((peer) => peer !== alone);
    for (const peer of others) swarm.swarm.network.block(alone, peer);
    expect(await swarm.run(swarm.reached(8, others))).toBe(true);
    expect(await swarm.run(() => noticesOf(swarm, alone).length > 0)).toBe(true);
    expect(noticesOf(swarm, alone)[0]).toMatch(/could not open a direct connection .*--ice/);
    expect(await swarm.run(() => positionOf(swarm.reports, alone) === null)).toBe(true);
    const [first] = others;
    const before = swarm.roundsOf(first!).length;
    expect(await swarm.run(swarm.reached(before + 20, others))).toBe(true);
    expect(positionOf(swarm.reports, alone)).toBeNull();
    expect(swarm.roundsOf(first!).at(-1)).toMatchObject({ members: 4, contributors: 4 });
  });

  it.each(["ef14(topk(50%))", "ef21(topk(50%))", "ef21(none)", "ef14(powersgd(1))"])(
    "that are cut for a while under %s cost the peer rounds, and then it counts again",
    async (scheme) => {
      const layout = layoutOf([{ name: "w", shape: [20, 10] }]);
      const swarm = swarmOf(5, { scheme }, { wrap: (trainer) => ({ ...trainer, layout }) });
      await swarm.run(swarm.reached(5, swarm.ids));
      const [leaf, parent] = [at(swarm, 4), at(swarm, 1)];
      const unblock = swarm.swarm.network.block(leaf, parent);
      swarm.swarm.network.lose(leaf, parent);
      await swarm.clock.advance(8_000);
      unblock();
      const missed = swarm.roundsOf(leaf).length;
      const countsAgain = (): boolean =>
        swarm
          .roundsOf(leaf)
          .slice(missed)
          .filter(({ counted }) => counted).length >= 20;
      expect(await swarm.run(countsAgain)).toBe(true);
      expectOneChain(swarm, swarm.ids);
    },
  );
});
