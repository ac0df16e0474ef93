import { expect, it } from "vitest";
import type { Layout } from "../../shared/base/layout.ts";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { ef14 } from "../../shared/compress/feedback/ef14.ts";
import { ef21 } from "../../shared/compress/feedback/ef21.ts";
import type { Compressor } from "../../shared/compress/types.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { topologyNames } from "../../shared/tree/topologies.ts";
import { addInto, toDense } from "../../shared/vector/update.ts";

export function drawn(length: number, rng: Rng): Float32Array {
  return Float32Array.from({ length }, () => rng.normal());
}

export function sumOf(vectors: readonly ArrayLike<number>[]): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i += 1) sum[i]! += vector[i]!;
  return sum;
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** What holds of every low-rank method over the tree. */
export function lowRankLaws(build: () => Compressor, layout: Layout): void {
  const draws = (peers: number, rng: Rng): Float32Array[] => Array.from({ length: peers }, () => drawn(layout.length, rng));

  it.each(topologyNames)("under EF14 over the %s tree of 1 … 17 peers loses no mass", (tree) => {
    for (let peers = 1; peers <= 17; peers += 1) {
      const rng = seeded(peers, "mass");
      const allReduce = new LocalAllReduce(ef14(build(), { decay: 1 }), layout, peers, tree);
      const phases = build().phases(layout, { round: 1, members: peers }).length;
      const given: Float32Array[] = [];
      const applied: Float64Array[] = [];
      for (let round = 0; round < 4; round += 1) {
        const xs = draws(peers, rng);
        given.push(...xs);
        applied.push(Float64Array.from(toDense(allReduce.round(xs, rng)), (value) => peers * value));
        expect(allReduce.messages).toBe(2 * phases * (peers - 1));
      }
      const held = allReduce.local.map(({ residual }) => residual as Float32Array);
      expect(largestDifference(sumOf([...held, ...applied]), sumOf(given))).toBeLessThan(1e-4);
    }
  });

  it.each([1, 2, 5, 12, 17])("under EF21 of %i peers keeps Σ believed = n · mean", (peers) => {
    const rng = seeded(peers, "believed");
    const allReduce = new LocalAllReduce(ef21(build()), layout, peers);
    for (let round = 0; round < 10; round += 1) allReduce.round(draws(peers, rng), rng);
    const believed = sumOf(allReduce.local.map((local) => local["believed"] as Float32Array));
    const mean = allReduce.replicated["mean"] as Float32Array;
    expect(
      largestDifference(
        believed,
        mean.map((value) => peers * value),
      ),
    ).toBeLessThan(1e-4);
  });

  it("gives the same replica bit for bit, whatever the order in which messages arrive", () => {
    const runs = ["one", "other"].map((order) => {
      const allReduce = new LocalAllReduce(ef14(build(), { decay: 1 }), layout, 9);
      const x = new Float32Array(layout.length);
      const arrival = seeded(1, order);
      const rng = seeded(2, "x");
      for (let round = 0; round < 5; round += 1) addInto(x, allReduce.round(draws(9, rng), arrival));
      return { x, replicated: allReduce.replicated, local: allReduce.local };
    });
    expect(runs[0]).toEqual(runs[1]);
  });
}
