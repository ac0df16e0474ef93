import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { aggregated } from "../../shared/compress/aggregated.ts";
import type { Aggregate, TruncationResidual } from "../../shared/compress/aggregates.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { placeOf } from "../../shared/tree/tree.ts";
import { selectLargest } from "../../shared/vector/select.ts";
import { toDense } from "../../shared/vector/update.ts";

const d = 400;
const k = 8;
const layout = layoutOf([{ name: "x", shape: [d] }]);

function draws(rng: Rng, peers: number): Float32Array[] {
  return Array.from({ length: peers }, () => Float32Array.from({ length: d }, () => rng.normal()));
}

function localAllReduceOf(
  text: string,
  peers: number,
  aggregate: Aggregate,
  residual: TruncationResidual = "in-network",
): LocalAllReduce {
  return new LocalAllReduce(aggregated(schemeOf(text), { aggregate, truncationResidual: residual }), layout, peers);
}

/** Zero but for the k largest. */
function top(x: Float32Array): Float32Array {
  const kept = new Float32Array(d);
  for (const i of selectLargest(x, k)) kept[i] = x[i]!;
  return kept;
}

/** target ← target + scale · x. */
function add(target: Float64Array | Float32Array, x: ArrayLike<number>, scale = 1): void {
  for (let i = 0; i < target.length; i += 1) target[i]! += scale * x[i]!;
}

function squared(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i += 1) sum += x[i]! ** 2;
  return sum;
}

describe("the sum of P peers' top-k", () => {
  it.each([1, 2, 3, 6, 9, 17])("of %i peers is that of all their entries where it is exact, dense or all-gathered", (peers) => {
    const xs = draws(seeded(peers, "exact"), peers);
    const expected = new Float64Array(d);
    for (const x of xs) add(expected, top(x), 1 / peers);
    for (const aggregate of ["exact", "dense", "allgather"] as const) {
      const estimate = toDense(localAllReduceOf(`topk(${k})`, peers, aggregate).round(xs, seeded(peers, aggregate)));
      for (let i = 0; i < d; i += 1) expect(Math.abs(estimate[i]! - expected[i]!)).toBeLessThan(1e-5);
    }
  });

  it.each([2, 5, 17])("of %i peers reaches each of them as P summands by all-gather, in one order", (peers) => {
    const allReduce = localAllReduceOf(`topk(${k})`, peers, "allgather");
    const xs = draws(seeded(peers, "gather"), peers);
    allReduce.round(xs, seeded(peers, "order"));
    const sent = xs.map((x) => top(x).toString()).sort();
    for (const { part } of allReduce.decisions) {
      expect(part.sum).toEqual(allReduce.decisions[0]!.part.sum);
      if (part.sum.kind !== "gathered") throw new Error("expected summands");
      expect(part.sum.parts.map((update) => toDense(update).toString()).sort()).toEqual(sent);
    }
  });

  it("costs all-gather O(kP) bytes a peer, gTop-k O(k), and dense O(d)", () => {
    const bytesOf = (aggregate: Aggregate, peers: number): number => {
      const allReduce = localAllReduceOf(`topk(${k})`, peers, aggregate);
      allReduce.round(draws(seeded(1, "bytes"), peers));
      return allReduce.bytes / peers;
    };
    expect(bytesOf("allgather", 32) / bytesOf("allgather", 8)).toBeGreaterThan(2.5);
    expect(bytesOf("gtopk", 32) / bytesOf("gtopk", 8)).toBeLessThan(1.2);
    expect(bytesOf("dense", 8)).toBeGreaterThan(4 * d);
    expect(bytesOf("exact", 32)).toBeLessThan(bytesOf("allgather", 32));
    expect(bytesOf("exact", 32)).toBeGreaterThan(bytesOf("gtopk", 32));
  });

  it.each([2, 6, 7, 12])("of %i peers is exact up to six and gTop-k's above, by auto", (peers) => {
    const xs = draws(seeded(peers, "auto"), peers);
    const estimate = (aggregate: Aggregate) => toDense(localAllReduceOf("ef14(topk(8))", peers, aggregate).round(xs));
    expect(estimate("auto")).toEqual(estimate(peers <= 6 ? "exact" : "gtopk"));
    expect(estimate("exact")).not.toEqual(estimate("gtopk"));
  });
});

describe("error feedback whose sums lose nothing on the way", () => {
  it.each(["exact", "dense", "allgather", "auto"] as const)(
    "conserves mass: Σ residuals + Σ totals = Σ updates (%s)",
    (aggregate) => {
      const peers = 11;
      const allReduce = localAllReduceOf("ef14(topk(8))", peers, aggregate);
      const balance = new Float64Array(d);
      for (let round = 0; round < 6; round += 1) {
        const xs = draws(seeded(round, "mass"), peers);
        const estimate = toDense(allReduce.round(xs));
        for (const x of xs) add(balance, x);
        add(balance, estimate, -peers);
      }
      for (const { residual } of allReduce.local) add(balance, residual as Float32Array, -1);
      for (const value of balance) expect(Math.abs(value)).toBeLessThan(1e-4);
    },
  );

  it.each(["exact", "dense", "allgather"] as const)("keeps Σ gᵢ = n·g by EF21 (%s)", (aggregate) => {
    const peers = 7;
    const allReduce = localAllReduceOf("ef21(topk(8))", peers, aggregate);
    for (let round = 0; round < 6; round += 1) allReduce.round(draws(seeded(round, "believed"), peers));
    const mean = allReduce.replicated["mean"] as Float32Array;
    const sum = new Float64Array(d);
    for (const { believed } of allReduce.local) add(sum, believed as Float32Array);
    for (let i = 0; i < d; i += 1) expect(Math.abs(sum[i]! - peers * mean[i]!)).toBeLessThan(1e-4);
  });
});

describe("gTop-k with the residual as published (gmask)", () => {
  /** The paper's round by itself: what each peer sends, the total after truncation at each node, and every peer's next residual. */
  function published(inputs: readonly Float32Array[]) {
    const sum = (position: number): Float32Array => {
      const own = top(inputs[position]!);
      const { children } = placeOf("heap", position, inputs.length);
      for (const child of children) add(own, sum(child));
      return top(own);
    };
    const total = sum(0);
    const residuals = inputs.map((p) => {
      const sent = top(p);
      return p.map((value, i) => (sent[i] === 0 || total[i] === 0 ? value : 0));
    });
    return { total, residuals };
  }

  it("keeps acc outside the own mask, and what was sent outside the global one", () => {
    const peers = 9;
    const allReduce = localAllReduceOf(`ef14(topk(${k}))`, peers, "gtopk", "gmask");
    let residuals = allReduce.local.map(() => new Float32Array(d));
    for (let round = 0; round < 4; round += 1) {
      const xs = draws(seeded(round, "gmask"), peers);
      const expected = published(xs.map((x, peer) => x.map((value, i) => value + residuals[peer]![i]!)));
      const estimate = toDense(allReduce.round(xs));
      for (let i = 0; i < d; i += 1) expect(estimate[i]!).toBeCloseTo(expected.total[i]! / peers, 5);
      for (const [peer, { residual }] of allReduce.local.entries()) expect(residual).toEqual(expected.residuals[peer]);
      residuals = expected.residuals;
    }
  });

  it.each([8, 16, 32])("loses some of the mass that %i peers send each round, where in-network loses none", (peers) => {
    const lost = (residual: TruncationResidual): number => {
      const allReduce = localAllReduceOf(`ef14(topk(${k}))`, peers, "gtopk", residual);
      const xs = draws(seeded(peers, "lost"), peers).map((x) => x.map((value, i) => value + 2 * Number(i < 3 * k)));
      const balance = new Float64Array(d);
      for (const x of xs) add(balance, x);
      add(balance, toDense(allReduce.round(xs)), -peers);
      for (const { residual } of allReduce.local) add(balance, residual as Float32Array, -1);
      return Math.sqrt(squared(balance) / xs.reduce((sum, x) => sum + squared(top(x)), 0));
    };
    expect(lost("in-network")).toBeLessThan(1e-5);
    expect(lost("gmask")).toBeGreaterThan(1e-3);
  });
});

describe("an aggregate that makes no sense is refused in a sentence", () => {
  const built = (text: string, aggregate: Aggregate, residual: TruncationResidual) => () =>
    aggregated(schemeOf(text), { aggregate, truncationResidual: residual });

  it("gmask where nothing is truncated, or where the feedback needs all mass", () => {
    expect(built("ef14(randk(5))", "gtopk", "gmask")).toThrow("this scheme truncates no sum");
    expect(built("ef21(topk(5))", "gtopk", "gmask")).toThrow("Σ gᵢ = n·g");
    expect(built("ef14(topk(5))", "exact", "gmask")).toThrow("aggregate exact rejects nothing");
  });

  it("sums of low-rank factors in any way but their own", () => {
    for (const aggregate of ["exact", "dense", "allgather"] as const)
      expect(built("ef21(svd(2))", aggregate, "in-network")).toThrow("low-rank factors");
    expect(built("ef21(svd(2))", "auto", "in-network")).not.toThrow();
  });
});
