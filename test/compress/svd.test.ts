import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeUpdates } from "../../shared/aggregate/merge.ts";
import { createContexts } from "../../shared/compress/context.ts";
import { ef14 } from "../../shared/compress/ef14.ts";
import { ef21 } from "../../shared/compress/ef21.ts";
import { slotsOf, unfolded } from "../../shared/compress/factor-slots.ts";
import { dense, truncatedSvd } from "../../shared/compress/linear-algebra/truncated-svd.ts";
import { plain } from "../../shared/compress/plain.ts";
import { svd } from "../../shared/compress/svd.ts";
import type { Scheme } from "../../shared/compress/types.ts";
import { layoutOf } from "../../shared/layout.ts";
import { type Rng, seeded } from "../../shared/random.ts";
import { Forest } from "../../shared/simulation/forest.ts";
import { addInto, denseUpdate, entryCount, toDense, type Update } from "../../shared/update.ts";

const mixed = layoutOf([
  { name: "dense", shape: [12, 10] },
  { name: "bias", shape: [10] },
  { name: "conv", shape: [3, 3, 2, 12] },
]);

function drawn(length: number, rng: Rng): Float32Array {
  return Float32Array.from({ length }, () => rng.normal());
}

function sumOf(vectors: readonly ArrayLike<number>[]): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i += 1) sum[i]! += vector[i]!;
  return sum;
}

function squared(x: ArrayLike<number>): number {
  return Array.from(x).reduce((sum, value) => sum + value * value, 0);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

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
      const estimate = new Forest(plain(svd(2)), layout, 1).round([x]);
      expect(largestDifference(toDense(estimate), x)).toBeLessThan(1e-5);
    }
  });
});

describe("a merge of factors", () => {
  const plan = slotsOf(mixed, 2);
  /** What a peer with update x sends. */
  const sent = (x: Float32Array): Update => {
    const context = createContexts({ seed: 1, seat: 0, parameters: () => x })({ layout: mixed, round: 1, members: 1 });
    const asked = svd(2).run(x, {}, {}, context).next().value;
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

  it("refuses a part of another length", () => {
    expect(() => mergeUpdates([denseUpdate(new Float32Array(3))], { kind: "recompress", plan })).toThrow(/got one of 3/);
  });
});

describe("svd(r) over the tree", () => {
  it.each(["heap", "binomial"] as const)("under EF14 over the %s tree of 1 … 17 peers loses no mass", (tree) => {
    for (let peers = 1; peers <= 17; peers += 1) {
      const rng = seeded(peers, "mass");
      const forest = new Forest(ef14(svd(2), { decay: 1 }), mixed, peers, tree);
      const given: Float32Array[] = [];
      const applied: Float64Array[] = [];
      for (let round = 0; round < 4; round += 1) {
        const xs = Array.from({ length: peers }, () => drawn(mixed.length, rng));
        given.push(...xs);
        applied.push(Float64Array.from(toDense(forest.round(xs, rng)), (value) => peers * value));
        expect(forest.messages).toBe(2 * (peers - 1));
      }
      const held = forest.own.map(({ memory }) => memory as Float32Array);
      expect(largestDifference(sumOf([...held, ...applied]), sumOf(given))).toBeLessThan(1e-4);
    }
  });

  it.each([1, 2, 5, 12, 17])("under EF21 of %i peers keeps Σ believed = n · mean", (peers) => {
    const rng = seeded(peers, "believed");
    const forest = new Forest(ef21(svd(2)), mixed, peers);
    for (let round = 0; round < 10; round += 1)
      forest.round(
        Array.from({ length: peers }, () => drawn(mixed.length, rng)),
        rng,
      );
    const believed = sumOf(forest.own.map((own) => own["believed"] as Float32Array));
    expect(
      largestDifference(
        believed,
        (forest.common["mean"] as Float32Array).map((value) => peers * value),
      ),
    ).toBeLessThan(1e-4);
  });

  it("gives the same replica bit for bit, whatever the order in which messages arrive", () => {
    const runs = ["one", "other"].map((order) => {
      const forest = new Forest(ef14(svd(2), { decay: 1 }), mixed, 9);
      const x = new Float32Array(mixed.length);
      const arrival = seeded(1, order);
      const rng = seeded(2, "x");
      for (let round = 0; round < 5; round += 1)
        addInto(
          x,
          forest.round(
            Array.from({ length: 9 }, () => drawn(mixed.length, rng)),
            arrival,
          ),
        );
      return { x, own: forest.own };
    });
    expect(runs[0]).toEqual(runs[1]);
  });

  it("under EF14 and EF21 finds the mean of different workers' optima, which svd(1) alone does not", () => {
    const layout = layoutOf([{ name: "m", shape: [12, 10] }]);
    const optima = [0, 1, 2].map((seed) => drawn(layout.length, seeded(seed, "optimum")));
    const mean = sumOf(optima).map((value) => value / optima.length);
    const gap = (scheme: Scheme): number => {
      const forest = new Forest(scheme, layout, optima.length);
      const x = new Float32Array(layout.length);
      for (let round = 0; round < 600; round += 1)
        addInto(x, forest.round(optima.map((optimum) => x.map((value, i) => 0.05 * (value - optimum[i]!)))), -1);
      return squared(mean.map((value, i) => value - x[i]!)) / squared(mean);
    };
    const gaps = [ef21(svd(1)), ef14(svd(1), { decay: 1 }), plain(svd(1))].map(gap);
    expect(gaps[0]).toBeLessThan(1e-6);
    expect(gaps[1]).toBeLessThan(0.02);
    expect(gaps[2]).toBeGreaterThan(0.05);
  });

  it("costs the bytes of its factors: 4(m + n)r a peer, without an index for each", () => {
    const forest = new Forest(plain(svd(2)), mixed, 2);
    forest.round([1, 2].map((seed) => drawn(mixed.length, seeded(seed, "x"))));
    const [up, down] = [2, 4].map((rank) => 4 * (rank * (12 + 10 + 18 + 12) + 10));
    expect(forest.bytes).toBeLessThan(up! + down! + 2 * 110);
  });

  it("sends one vector of d where nothing pays, also for d = 1", () => {
    const layout = layoutOf([{ name: "x", shape: [1] }]);
    expect(svd(2).phases(layout, { round: 1, members: 3 })[0]!.length).toBe(1);
    expect([...toDense(new Forest(plain(svd(2)), layout, 3).round([1, 2, 6].map((value) => Float32Array.of(value))))]).toEqual([
      3,
    ]);
  });
});
