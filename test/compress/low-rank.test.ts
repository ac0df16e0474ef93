import { describe, expect, it } from "vitest";
import { type Layout, layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { createContexts } from "../../shared/compress/context.ts";
import { ef14 } from "../../shared/compress/feedback/ef14.ts";
import { plain } from "../../shared/compress/feedback/plain.ts";
import { powerSgd } from "../../shared/compress/low-rank/power-sgd.ts";
import { sketch } from "../../shared/compress/low-rank/sketch.ts";
import type { Answer, Compressor, Scheme } from "../../shared/compress/types.ts";
import { AllReduce } from "../../shared/reduce/all-reduce.ts";
import type { AllReduceEffect, Decision } from "../../shared/reduce/all-reduce-types.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { noMetrics } from "../../shared/sum/part.ts";
import { placeOf } from "../../shared/tree/tree.ts";
import { orthonormal } from "../../shared/vector/linear-algebra/orthonormal.ts";
import { addInto, denseUpdate, type State, toDense, type Update } from "../../shared/vector/update.ts";
import { squared } from "./draws.ts";
import { drawn, largestDifference, lowRankLaws, sumOf } from "./low-rank-laws.ts";

const mixed = layoutOf([
  { name: "dense", shape: [12, 10] },
  { name: "bias", shape: [10] },
  { name: "conv", shape: [3, 3, 2, 12] },
  { name: "small", shape: [3, 2] },
]);
const square = layoutOf([{ name: "m", shape: [16, 20] }]);

/** 16 × 20 with singular values σ and orthonormal sides drawn from a seed. */
function withSpectrum(values: readonly number[], seed = 1): Float32Array {
  const rng = seeded(seed, "sides");
  const side = (rows: number) => orthonormal({ rows, columns: values.length, data: drawn(rows * values.length, rng) }).data;
  const left = side(16);
  const right = side(20);
  const rank = values.length;
  return Float32Array.from({ length: 320 }, (_, at) =>
    values.reduce((sum, value, k) => sum + value * left[Math.floor(at / 20) * rank + k]! * right[(at % 20) * rank + k]!, 0),
  );
}

interface Summed {
  readonly delivered: readonly Float32Array[];
  readonly sum: Float32Array;
  readonly replicated: State;
}

/** One round of a compressor among peers in lockstep. */
function together(method: Compressor, layout: Layout, xs: readonly Float32Array[], round = 1, given?: State): Summed {
  const { local, replicated: first } = method.init(layout);
  const replicated = given ?? first;
  const context = createContexts({ seed: 3, seat: 0, parameters: () => xs[0]! })({ layout, round, members: xs.length });
  const runs = xs.map((x) => method.run(x, local, replicated, context));
  const totals: Update[] = [];
  let answer: Answer | undefined;
  for (;;) {
    const steps = runs.map((run) => (answer === undefined ? run.next() : run.next(answer)));
    const delivered = steps.flatMap((step) => (step.done === true ? [toDense(step.value.delivered)] : []));
    if (delivered.length > 0) {
      const decoded = method.decode(totals, replicated, context);
      return { delivered, sum: toDense(decoded.sum), replicated: decoded.replicated };
    }
    const asked = steps.map(({ value }) => {
      if (!("kind" in value) || value.kind !== "reduce") throw new Error("expected a sum to be asked for");
      return toDense(value.update);
    });
    const total = denseUpdate(Float32Array.from(sumOf(asked)));
    totals.push(total);
    answer = { kind: "reduced", total, rest: denseUpdate(new Float32Array(total.length)) };
  }
}

const kinds: readonly (readonly [string, (rank: number) => Compressor])[] = [
  ["powersgd", (rank) => powerSgd(rank)],
  ["sketch", (rank) => sketch(rank)],
];

describe.each(kinds)("%s", (_name, build) => {
  it.each([1, 2, 3, 7])("of %i peers: the delivered add up to the sum, and the sum is a projection of Σx", (peers) => {
    const xs = Array.from({ length: peers }, (_, i) => drawn(mixed.length, seeded(i, "x")));
    const { delivered, sum } = together(build(2), mixed, xs);
    expect(largestDifference(sumOf(delivered), sum)).toBeLessThan(1e-5);
    const whole = sumOf(xs);
    const lost = whole.map((value, i) => value - sum[i]!);
    expect(squared(lost)).toBeLessThan(squared(whole));
    expect(Math.abs((squared(whole) - squared(sum)) / squared(lost) - 1)).toBeLessThan(1e-5);
  });

  it("sends what has one axis, and what does not pay, as it is", () => {
    const x = drawn(mixed.length, seeded(1, "x"));
    const { sum } = together(build(2), mixed, [x]);
    for (const tensor of [mixed.tensors[1]!, mixed.tensors[3]!])
      expect(sum.slice(tensor.offset, tensor.offset + tensor.size)).toEqual(x.slice(tensor.offset, tensor.offset + tensor.size));
    // (12 + 10)·2·2 < 120 and (18 + 12)·2·2 < 216: both kernels pay.
    expect(
      build(2)
        .phases(mixed, { round: 1, members: 3 })
        .map(({ length }) => length),
    ).toEqual([2 * (12 + 18), 2 * (10 + 12) + 10 + 6]);
  });

  it("is one exact sum of all d where nothing pays, also for d = 1", () => {
    for (const layout of [
      layoutOf([{ name: "x", shape: [1] }]),
      layoutOf([
        { name: "w", shape: [7, 7] },
        { name: "b", shape: [7] },
      ]),
    ]) {
      expect(build(2).phases(layout, { round: 1, members: 3 })).toEqual([{ merge: { kind: "exact" }, length: layout.length }]);
      const x = drawn(layout.length, seeded(1, "x"));
      expect(together(build(2), layout, [x]).sum).toEqual(x);
    }
  });

  it("reproduces a matrix of rank r or less, and zero; all stays finite", () => {
    for (const [values, rank] of [
      [[5], 1],
      [[5, 3], 2],
      [[5], 3],
      [[5, 1e-3, 2], 3],
    ] as const) {
      const x = withSpectrum(values);
      expect(largestDifference(together(build(rank), square, [x]).sum, x)).toBeLessThan(1e-5);
    }
    const zero = together(build(2), square, [new Float32Array(320), new Float32Array(320)]);
    expect(squared(zero.sum)).toBe(0);
    const x = withSpectrum([1, 0.5]);
    expect(largestDifference(together(build(2), square, [x], 2, zero.replicated).sum, x)).toBeLessThan(1e-5);
  });

  it("stays finite for the largest floats", () => {
    const { delivered, sum, replicated } = together(build(2), square, [new Float32Array(320).fill(3e38)]);
    const basis = replicated["basis"];
    for (const part of [...delivered, sum, ...(basis instanceof Float32Array ? [basis] : [])])
      for (const value of part) expect(Number.isFinite(value)).toBe(true);
  });

  lowRankLaws(() => build(2), mixed);
});

describe("powersgd", () => {
  it.each([1, 2, 3])("on a fixed matrix converges to its best approximation of rank %i", (rank) => {
    const values = [8, 5, 3, 1, 0.5, 0.2];
    const x = withSpectrum(values);
    const best = values.slice(rank).reduce((sum, value) => sum + value * value, 0);
    let replicated: State | undefined;
    let lost = Number.POSITIVE_INFINITY;
    for (let round = 1; round <= 30; round += 1) {
      const step = together(powerSgd(rank), square, [x], round, replicated);
      const now = squared(x.map((value, i) => value - step.sum[i]!));
      expect(now).toBeLessThan(lost * (1 + 1e-5));
      lost = now;
      replicated = step.replicated;
    }
    expect(lost / best).toBeLessThan(1 + 1e-5);
  });

  it("under EF14 finds the optimum of a noisy quadratic where alone it only ever sends the noise", () => {
    const optimum = withSpectrum([9, 1]);
    const noise = withSpectrum([40], 5);
    const gap = (scheme: Scheme): number => {
      const allReduce = new LocalAllReduce(scheme, square, 1);
      const x = new Float32Array(320);
      for (let round = 0; round < 400; round += 1) {
        const sign = round % 2 === 0 ? 1 : -1;
        const gradient = x.map((value, i) => 0.02 * (value - optimum[i]! + sign * noise[i]!));
        addInto(x, allReduce.round([gradient]), -1);
      }
      return squared(x.map((value, i) => value - optimum[i]!)) / squared(optimum);
    };
    expect(gap(ef14(powerSgd(1), { decay: 1 }))).toBeLessThan(0.05);
    expect(gap(plain(powerSgd(1)))).toBeGreaterThan(0.5);
  });
});

describe("sketch", () => {
  it.each([
    ["flat", new Array<number>(16).fill(1)],
    ["falling", [8, 4, 2, 1, 0.5, 0.25, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]],
  ])("keeps at least r / min(m, n) of a %s spectrum, in the mean over rounds", (_, values) => {
    const x = withSpectrum(values);
    let kept = 0;
    const rounds = 400;
    for (let round = 1; round <= rounds; round += 1) kept += squared(together(sketch(2), square, [x], round).sum);
    expect(kept / rounds / squared(x)).toBeGreaterThan((2 / 16) * 0.97);
  });
});

describe("a peer that is missing from the second sum", () => {
  it("does not count at all: its update stays in its residual, and the weight is that of the others", () => {
    const scheme = ef14(powerSgd(2), { decay: 1 });
    const xs = [0, 1, 2].map((i) => drawn(mixed.length, seeded(i, "x")));
    const version = [1, 1] as const;
    const tip = { round: 0, version, hash: "0".repeat(32) };
    const { local, replicated } = scheme.init(mixed);
    const contextOf = createContexts({ seed: 1, seat: 0, parameters: () => xs[0]! });
    const peers = xs.map((_, position) => {
      const sum = new AllReduce(scheme, mixed, { tip, local, replicated }, contextOf);
      sum.adopt({ version, position, members: 3, place: placeOf("heap", position, 3), tree: "heap" });
      return sum;
    });
    const decisions: Decision[] = [];
    const perform = (at: number, effects: readonly AllReduceEffect[]): void => {
      for (const effect of effects) {
        if (effect.kind === "decided") decisions[at] = effect.decision;
        if (effect.kind !== "send") continue;
        const { to, message } = effect;
        if (message.kind === "down") perform(to, peers[to]!.down(message));
        else if (!(at === 2 && message.phase === 1)) perform(to, peers[to]!.up(at, message));
      }
    };
    for (const [position, x] of xs.entries())
      perform(position, peers[position]!.contribute({ x, weight: 1, metrics: noMetrics }));
    perform(0, peers[0]!.lost(2));
    const { totals, part } = decisions[0]!;
    const hash = "1".repeat(32);
    for (const at of [1, 2])
      perform(
        at,
        peers[at]!.down({ kind: "down", version, committedBy: version, round: 1, previous: tip.hash, phase: 1, hash, part }),
      );

    expect(part.weight).toBe(2);
    expect(decisions.map(({ counted }) => counted)).toEqual([true, true, false]);
    const residuals = decisions.map((decision) => decision.local!["residual"] as Float32Array);
    expect(residuals[2]).toEqual(xs[2]);
    const { estimate } = scheme.decode(totals, part.weight, replicated, contextOf({ layout: mixed, round: 1, members: 3 }));
    const applied = toDense(estimate).map((value) => 2 * value);
    expect(largestDifference(sumOf([applied, residuals[0]!, residuals[1]!]), sumOf([xs[0]!, xs[1]!]))).toBeLessThan(1e-5);
  });
});
