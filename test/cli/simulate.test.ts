import { describe, expect, it } from "vitest";
import { simulate } from "../../cli/simulate.ts";

const base = { scheme: "ef14(topk(1%))", dimension: 10_000, rounds: 4, latencyMs: 40, bandwidthMbit: 20, seed: 1 };

describe("a simulation on the heap tree", () => {
  it("sends O(k) bytes a peer and takes O(log P) on the critical path, from 16 to 256 peers", async () => {
    const [small, middle, large] = await Promise.all([16, 64, 256].map((peers) => simulate({ ...base, tree: "heap", peers })));
    for (const summary of [small!, middle!, large!]) expect(summary.hashesEqual).toBe(true);
    // k = 100 entries of about 5.3 bytes: at most an up and two downs a peer.
    for (const { maxBytesSentPerPeerPerRound: most } of [small!, middle!, large!]) expect(most).toBeLessThan(3 * 100 * 6.5);
    expect(large!.meanBytesSentPerPeerPerRound / small!.meanBytesSentPerPeerPerRound).toBeLessThan(1.1);
    // Each fourfold P adds two levels, each two hops: the same step again and again.
    const steps = [
      middle!.criticalPathMilliseconds - small!.criticalPathMilliseconds,
      large!.criticalPathMilliseconds - middle!.criticalPathMilliseconds,
    ];
    expect(Math.abs(steps[1]! / steps[0]! - 1)).toBeLessThan(0.05);
    expect(steps[0]!).toBeGreaterThan(2 * 2 * 40);
  });

  it("gives the same figures for the same seed", async () => {
    const run = () => simulate({ ...base, tree: "heap", peers: 5 });
    expect(await run()).toEqual(await run());
  });
});

it("an all-gather costs O(kP) bytes a peer where gTop-k costs O(k), and either leaves all peers with one model", async () => {
  const run = (aggregate: "gtopk" | "allgather" | "exact", peers: number) =>
    simulate({ ...base, tree: "heap", dimension: 4_000, peers, aggregate });
  const summaries = await Promise.all([
    run("gtopk", 8),
    run("gtopk", 32),
    run("allgather", 8),
    run("allgather", 32),
    run("exact", 8),
  ]);
  for (const { hashesEqual } of summaries) expect(hashesEqual).toBe(true);
  const [few, many, fewGathered, manyGathered] = summaries.map(({ meanBytesSentPerPeerPerRound: mean }) => mean);
  expect(many! / few!).toBeLessThan(1.2);
  expect(manyGathered! / fewGathered!).toBeGreaterThan(2.5);
});

it("on the binomial tree a simulation has the same height, and a root that sends more", async () => {
  const [heap, binomial] = await Promise.all(
    (["heap", "binomial"] as const).map((tree) => simulate({ ...base, tree, peers: 64 })),
  );
  expect(binomial!.maxBytesSentPerPeerPerRound).toBeGreaterThan(1.5 * heap!.maxBytesSentPerPeerPerRound);
  expect(binomial!.hashesEqual).toBe(true);
});

it("with churn rounds go on as fast, most of the roster counts in each, and those who came late end with the same model", async () => {
  const undisturbed = await simulate({ ...base, tree: "heap", peers: 48 });
  const summary = await simulate({ ...base, tree: "heap", peers: 48, rounds: 12, churn: 0.04 });
  expect(summary.gone).toBeGreaterThanOrEqual(20);
  expect(summary.hashesEqual).toBe(true);
  expect(summary.counted).toBeGreaterThan(0.85);
  expect(summary.criticalPathMilliseconds).toBeLessThan(2 * undisturbed.criticalPathMilliseconds);
});

it("newcomers that find the room full come again a round later, and the run ends", async () => {
  const summary = await simulate({ ...base, tree: "heap", peers: 24, maxPeers: 24, rounds: 8, churn: 0.1 });
  expect(summary.gone).toBeGreaterThanOrEqual(12);
  expect(summary.refused).toBeGreaterThan(0);
  expect(summary.hashesEqual).toBe(true);
});
