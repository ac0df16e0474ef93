import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { createContexts } from "../../shared/compress/context.ts";
import { ef14 } from "../../shared/compress/feedback/ef14.ts";
import { ef21 } from "../../shared/compress/feedback/ef21.ts";
import { plain } from "../../shared/compress/feedback/plain.ts";
import { svd } from "../../shared/compress/low-rank/svd.ts";
import type { Compressor, Scheme } from "../../shared/compress/types.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { packed, slotsOf, termsIn, termsOf, unfolded } from "../../shared/sum/factor-slots.ts";
import { matrixIn } from "../../shared/sum/matrices.ts";
import { mergeUpdates } from "../../shared/sum/merge.ts";
import { dense, truncatedSvd } from "../../shared/vector/linear-algebra/truncated-svd.ts";
import { addInto, denseUpdate, entryCount, toDense, type Update } from "../../shared/vector/update.ts";
import { squared } from "./draws.ts";
import { drawn, largestDifference, lowRankLaws, sumOf } from "./low-rank-laws.ts";

const mixed = layoutOf([
  { name: "dense", shape: [12, 10] },
  { name: "bias", shape: [10] },
  { name: "conv", shape: [3, 3, 2, 12] },
]);

/** H·diag(σ)·G with H and G reflections: a 12 × 10 matrix whose singular values are known. */
function withSpectrum(values: readonly number[]): Float32Array {
  const reflection = (size: number, i: number, j: number): number => (i === j ? 1 : 0) - 2 / size;
  return Float32Array.from({ length: 120 }, (_, at) =>
    values.reduce((sum, value, k) => sum + reflection(12, Math.floor(at / 10), k) * value * reflection(10, k, at % 10), 0),
  );
}

describe("the truncated SVD", () => {
  const values = [9, 7, 4, 2, 1, 0.5, 0.2, 0.1, 0.1, 0.1];
  const draw = (): (() => number) => {
    const rng = seeded(1, "omega");
    return () => rng.normal();
  };

  it.each([1, 2, 3, 6])("of rank %i finds the leading singular values, largest first, and orthonormal directions", (rank) => {
    const matrix = { rows: 12, columns: 10, data: withSpectrum(values) };
    const { left, right } = truncatedSvd(dense(matrix), rank, draw());
    for (let c = 0; c < rank; c += 1) {
      const column = right.data.filter((_, at) => at % rank === c);
      expect(Math.abs(Math.sqrt(squared(column)) / values[c]! - 1)).toBeLessThan(0.01);
      expect(Math.abs(squared(left.data.filter((_, at) => at % rank === c)) - 1)).toBeLessThan(1e-9);
    }
  });

  it("is exact to float32 where the rank suffices, and finite for zero", () => {
    const layout = layoutOf([{ name: "m", shape: [12, 10] }]);
    for (const x of [withSpectrum([9, 7]), new Float32Array(120)]) {
      const estimate = new LocalAllReduce(plain(svd(2)), layout, 1).round([x]);
      expect(largestDifference(toDense(estimate), x)).toBeLessThan(1e-5);
    }
  });
});

describe("a merge of factors", () => {
  const plan = slotsOf(mixed, 2);
  /** What a peer with update x sends. */
  const sent = (x: Float32Array): Update => {
    const context = createContexts({ seed: 1, seat: 0, parameters: () => x })({ layout: mixed, round: 1, members: 1 });
    const asked = svd(2).run(x, svd(2).init(mixed).local, {}, context).next().value;
    if (!("kind" in asked) || asked.kind !== "reduce") throw new Error("expected a sum to be asked for");
    return asked.update;
  };
  const flat = (update: Update): Float32Array => unfolded(plan, toDense(update));

  it("keeps every term while they are fewer numbers than the matrix, and leaves no rest", () => {
    const parts = [1, 2].map((seed) => sent(drawn(mixed.length, seeded(seed, "x"))));
    const { sum, rest } = mergeUpdates(parts, { kind: "recompress", plan });
    expect(entryCount(rest)).toBe(0);
    expect(entryCount(sum)).toBe(2 * 2 * (12 + 10 + 18 + 12) + 10);
    expect(largestDifference(flat(sum), sumOf(parts.map(flat)))).toBeLessThan(1e-5);
  });

  it("beyond that goes back to rank r, and what it leaves is the rest: sum + rest = Σ parts", () => {
    const parts = [1, 2, 3, 4].map((seed) => sent(drawn(mixed.length, seeded(seed, "x"))));
    const { sum, rest } = mergeUpdates(parts, { kind: "recompress", plan });
    expect(entryCount(sum)).toBe(2 * (12 + 10 + 18 + 12) + 10);
    const whole = sumOf(parts.map(flat));
    expect(largestDifference(sumOf([flat(sum), toDense(rest)]), whole)).toBeLessThan(1e-5);
    expect(squared(toDense(rest))).toBeLessThan(squared(whole));
  });

  it("of any finite slots is finite, and loses nothing", () => {
    const float = fc.float({ noNaN: true, min: -(2 ** 50), max: 2 ** 50 });
    const vector = fc.array(float, { minLength: plan.length, maxLength: plan.length });
    fc.assert(
      fc.property(vector, vector, fc.boolean(), (a, b, isHuge) => {
        const parts = [a, b].map((slots) =>
          denseUpdate(Float32Array.from(slots, (value) => (isHuge ? Math.sign(value) * 3e38 : value))),
        );
        const { sum, rest } = mergeUpdates(parts, { kind: "recompress", plan });
        for (const found of [flat(sum), toDense(rest)]) for (const value of found) expect(Number.isFinite(value)).toBe(true);
        if (isHuge) return;
        const whole = sumOf(parts.map(flat));
        const scale = Math.sqrt(squared(whole)) + 1e-30;
        expect(largestDifference(sumOf([flat(sum), toDense(rest)]), whole) / scale).toBeLessThan(1e-5);
      }),
      { numRuns: 30 },
    );
  });

  it("of full slots, whatever is in them, adds up at most 8r terms a part: beyond, there is no place for them", () => {
    const large = slotsOf(layoutOf([{ name: "m", shape: [300, 200] }]), 2);
    expect(large.length).toBe(16 * (300 + 200));
    const hostile = denseUpdate(new Float32Array(large.length).fill(1));
    for (const spec of large.matrices) expect(termsIn(toDense(hostile), spec)).toHaveLength(16);
    const { sum, rest } = mergeUpdates([hostile, hostile, hostile], { kind: "recompress", plan: large });
    expect(entryCount(sum)).toBe(2 * (300 + 200));
    expect(
      largestDifference(sumOf([unfolded(large, toDense(sum)), toDense(rest)]), new Float32Array(60_000).fill(48)),
    ).toBeLessThan(1e-3);
  });

  it("refuses a part of another length", () => {
    expect(() => mergeUpdates([denseUpdate(new Float32Array(3))], { kind: "recompress", plan })).toThrow(/got one of 3/);
  });
});

/** svd(r) with all singular directions found exactly, the first r of them sent. */
function exactSvd(rank: number): Compressor {
  const method = svd(rank);
  return {
    ...method,
    *run(x, local, _replicated, { layout }) {
      const plan = slotsOf(layout, rank);
      const terms = plan.matrices.map((spec) => {
        const all = Math.min(spec.rows, spec.columns);
        const { left, right } = truncatedSvd(dense(matrixIn(x, spec)), all, drawOf("exact"));
        return termsOf(left, right).slice(0, rank);
      });
      const sent = packed(plan, terms, x);
      yield { kind: "reduce", update: sent };
      return { delivered: denseUpdate(unfolded(plan, toDense(sent))), local };
    },
  };
}

function drawOf(name: string): () => number {
  const rng = seeded(1, name);
  return () => rng.normal();
}

/** What one peer sends of x, round after round, each from the state that the last one left. */
function* sentByOne(xs: Iterable<Float32Array>): Generator<Float32Array> {
  const layout = layoutOf([{ name: "m", shape: [12, 10] }]);
  const allReduce = new LocalAllReduce(plain(svd(2)), layout, 1);
  for (const x of xs) yield toDense(allReduce.round([x]));
}

describe("svd(r) from round to round", () => {
  it("is contractive with α ≥ r/min(m, n) on matrices that turn slowly, and on ones that have nothing to do with the last", () => {
    const rng = seeded(7, "turning");
    const turning = Array.from({ length: 40 }, (_, round) =>
      drawn(120, seeded(3, "base")).map((v) => v + round * 0.1 * rng.normal()),
    );
    const unrelated = Array.from({ length: 40 }, () => drawn(120, rng));
    for (const xs of [turning, unrelated]) {
      let round = 0;
      for (const sent of sentByOne(xs)) {
        const x = xs[round]!;
        round += 1;
        expect(squared(x.map((value, i) => value - sent[i]!))).toBeLessThanOrEqual((1 - 2 / 10) * squared(x));
      }
    }
  });

  it("on a matrix that stays finds its best approximation, and again after one that was orthogonal to it", () => {
    const one = withSpectrum([9, 7, 4, 2, 1]);
    const other = one.map((_, i) => (Math.floor(i / 10) === 11 ? 1 : 0) * (i % 10 === 9 ? 5 : 0));
    const xs = [one, one, one, one, other, new Float32Array(120), one, one, one, one];
    const lost = [...sentByOne(xs)].map((sent, round) => squared(xs[round]!.map((value, i) => value - sent[i]!)));
    for (const round of [3, 9]) expect(lost[round]! / (16 + 4 + 1)).toBeLessThan(1 + 1e-3);
    expect(lost[4]).toBeLessThan(1e-6);
    expect(lost[5]).toBe(0);
  });

  it("inside EF21 needs, within 5 %, as many rounds as the exact SVD where the workers' optima differ", () => {
    const layout = layoutOf([{ name: "m", shape: [12, 10] }]);
    const optima = [0, 1, 2].map((seed) => drawn(layout.length, seeded(seed, "optimum")));
    const scales = Float32Array.from({ length: 120 }, (_, i) => 0.1 + (0.9 * (i % 7)) / 6);
    const weight = (value: number, i: number): number => scales[i]! * value;
    const target = sumOf(optima).map((value) => value / optima.length);
    const roundsOf = (compressor: Compressor): number => {
      const allReduce = new LocalAllReduce(ef21(compressor), layout, optima.length);
      const x = new Float32Array(layout.length);
      for (let round = 1; round <= 2000; round += 1) {
        addInto(x, allReduce.round(optima.map((optimum) => x.map((value, i) => 0.1 * weight(value - optimum[i]!, i)))), -1);
        if (squared(target.map((value, i) => value - x[i]!)) < 1e-4 * squared(target)) return round;
      }
      throw new Error("expected it to come near the optimum within 2,000 rounds");
    };
    const exact = roundsOf(exactSvd(1));
    expect(Math.abs(roundsOf(svd(1)) / exact - 1)).toBeLessThan(0.05);
  });
});

describe("svd(r) over the tree", () => {
  lowRankLaws(() => svd(2), mixed);

  it("under EF14 and EF21 finds the mean of different workers' optima, which svd(1) alone does not", () => {
    const layout = layoutOf([{ name: "m", shape: [12, 10] }]);
    const optima = [0, 1, 2].map((seed) => drawn(layout.length, seeded(seed, "optimum")));
    const mean = sumOf(optima).map((value) => value / optima.length);
    const gap = (scheme: Scheme): number => {
      const allReduce = new LocalAllReduce(scheme, layout, optima.length);
      const x = new Float32Array(layout.length);
      for (let round = 0; round < 600; round += 1)
        addInto(x, allReduce.round(optima.map((optimum) => x.map((value, i) => 0.05 * (value - optimum[i]!)))), -1);
      return squared(mean.map((value, i) => value - x[i]!)) / squared(mean);
    };
    const gaps = [ef21(svd(1)), ef14(svd(1), { decay: 1 }), plain(svd(1))].map(gap);
    expect(gaps[0]).toBeLessThan(1e-6);
    expect(gaps[1]).toBeLessThan(0.02);
    expect(gaps[2]).toBeGreaterThan(0.05);
  });

  it("costs the bytes of its factors: 4(m + n)r a peer, without an index for each", () => {
    const allReduce = new LocalAllReduce(plain(svd(2)), mixed, 2);
    allReduce.round([1, 2].map((seed) => drawn(mixed.length, seeded(seed, "x"))));
    const [up, down] = [2, 4].map((rank) => 4 * (rank * (12 + 10 + 18 + 12) + 10));
    expect(allReduce.bytes).toBeLessThan(up! + down! + 2 * 110);
  });

  it("sends one vector of d where nothing pays, also for d = 1", () => {
    const layout = layoutOf([{ name: "x", shape: [1] }]);
    expect(svd(2).phases(layout, { round: 1, members: 3 })[0]!.length).toBe(1);
    expect([
      ...toDense(new LocalAllReduce(plain(svd(2)), layout, 3).round([1, 2, 6].map((value) => Float32Array.of(value)))),
    ]).toEqual([3]);
  });
});
