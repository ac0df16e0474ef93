import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { methods } from "../../shared/compress/registry.ts";
import { topologyNames } from "../../shared/tree/topologies.ts";
import { hashesByRound, positionOf, swarmOf } from "../support/swarm.ts";

describe.each(topologyNames)("a swarm on the %s tree", (tree) => {
  it.each([1, 2, 3, 5, 8, 13])("of %i peers commits every round with one hash, everyone counted, and descends", async (count) => {
    const { ids, roundsOf, reached, run } = swarmOf(count, { tree, rounds: 12 });
    expect(await run(reached(12, ids))).toBe(true);
    const all = ids.flatMap(roundsOf);
    expect([...hashesByRound(all)].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
    expect(all).toHaveLength(12 * count);
    for (const { contributors, counted } of all)
      expect({ contributors, counted }).toEqual({ contributors: count, counted: true });
    const losses = roundsOf(ids[0]!).map(({ loss }) => loss!);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });
});

const feedbacks = methods.filter(({ kind }) => kind === "feedback" || kind === "masked-feedback");

describe.each([...feedbacks.map(({ name }) => `${name}(topk(10%))`), "topk(10%)", "none"])("a swarm under %s", (scheme) => {
  it("goes on with one hash when an inner peer crashes in the middle of a round", async () => {
    const { swarm, ids, roundsOf, reached, run, reports } = swarmOf(7, { scheme });
    await run(reached(3, ids));
    const victim = ids.find((peer) => positionOf(reports, peer) === 1)!;
    swarm.crash(victim);
    const others = ids.filter((peer) => peer !== victim);
    expect(await run(reached(12, others))).toBe(true);
    expect([...hashesByRound(others.flatMap(roundsOf))].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
    expect(roundsOf(others[0]!).at(-1)).toMatchObject({ members: 6, contributors: 6 });
  });

  it("goes on with one hash when the root crashes", async () => {
    const { swarm, ids, roundsOf, reached, run, reports } = swarmOf(6, { scheme });
    await run(reached(3, ids));
    const root = ids.find((peer) => positionOf(reports, peer) === 0)!;
    swarm.crash(root);
    const others = ids.filter((peer) => peer !== root);
    expect(await run(reached(10, others))).toBe(true);
    expect([...hashesByRound(others.flatMap(roundsOf))].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
  });

  it("takes in a late newcomer by a snapshot, which then counts", async () => {
    const { swarm, ids, roundsOf, reached, run } = swarmOf(4, { scheme });
    await run(reached(30, ids));
    const late = swarm.add({ config: null });
    expect(await run(() => roundsOf(late).some(({ counted }) => counted))).toBe(true);
    await run(reached(60, [...ids, late]));
    const all = [...ids, late].flatMap(roundsOf);
    expect([...hashesByRound(all)].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
    expect(roundsOf(late)[0]!.round).toBeGreaterThan(20);
    expect(roundsOf(late).at(-1)).toMatchObject({ members: 5, contributors: 5, counted: true });
  });
});

it.each([2, 3, 6])("%i peers with FedProx, clipping and Nesterov's momentum commit with one hash, and descend", async (count) => {
  const given: (number | undefined)[] = [];
  const { ids, roundsOf, reached, run } = swarmOf(
    count,
    { outer: "nesterov(0.7, momentum=0.9)", proximal: 0.5, clip: 10, localSteps: 5, rate: 0.02, rounds: 25 },
    {
      wrap: (trainer) => ({
        ...trainer,
        localUpdate(options) {
          given.push(options.proximal);
          return trainer.localUpdate(options);
        },
      }),
    },
  );
  expect(await run(reached(25, ids))).toBe(true);
  expect([...hashesByRound(ids.flatMap(roundsOf))].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
  expect(new Set(given)).toEqual(new Set([0.5]));
  const losses = roundsOf(ids[0]!).map(({ loss }) => loss!);
  expect(losses.at(-1)!).toBeLessThan(losses[0]!);
});

it("a straggler costs a deadline and no more: the others commit without it, and it follows with the same hashes", async () => {
  const { ids, roundsOf, reached, run, reports } = swarmOf(5, {}, { trainingMs: (seat) => (seat === 4 ? 20_000 : 100) });
  await run(reached(40, ids));
  const slow = ids.find((peer) =>
    reports.some(({ peer: by, report }) => by === peer && report.type === "joined" && report.seat === 4),
  )!;
  expect([...hashesByRound(ids.flatMap(roundsOf))].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
  expect(roundsOf(slow).filter(({ counted }) => !counted).length).toBeGreaterThan(5);
  expect(roundsOf(slow).length).toBeGreaterThan(38);
});

it("a straggler under a method of two sums costs a deadline in each, and the rounds go on", async () => {
  const layout = layoutOf([{ name: "w", shape: [20, 10] }]);
  const { ids, roundsOf, reached, run } = swarmOf(
    5,
    { scheme: "ef14(powersgd(1))" },
    { trainingMs: (seat) => (seat === 4 ? 20_000 : 100), wrap: (trainer) => ({ ...trainer, layout }) },
  );
  expect(await run(reached(12, ids))).toBe(true);
  expect([...hashesByRound(ids.flatMap(roundsOf))].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
});

it("pauses and resumes on anyone's word, losing no round", async () => {
  const { swarm, ids, roundsOf, reached, run, clock } = swarmOf(3);
  await run(reached(4, ids));
  swarm.peers.get(ids[2]!)!.control(false);
  await clock.advance(2_000);
  const paused = roundsOf(ids[0]!).length;
  await clock.advance(100_000);
  expect(roundsOf(ids[0]!).length).toBe(paused);
  swarm.peers.get(ids[1]!)!.control(true);
  expect(await run(reached(paused + 5, ids))).toBe(true);
  expect(roundsOf(ids[0]!).map(({ round }) => round)).toEqual(Array.from({ length: roundsOf(ids[0]!).length }, (_, i) => i + 1));
});

it("a peer that leaves politely is gone from the next roster, and rounds go on", async () => {
  const { swarm, ids, roundsOf, reached, run } = swarmOf(4);
  await run(reached(3, ids));
  swarm.leave(ids[1]!);
  const others = ids.filter((peer) => peer !== ids[1]);
  expect(await run(reached(10, others))).toBe(true);
  expect(roundsOf(others[0]!).at(-1)).toMatchObject({ members: 3, contributors: 3 });
});
