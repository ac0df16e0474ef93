import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { searchOf } from "../../shared/compress/aggregated.ts";
import { type Aggregate, aggregates } from "../../shared/compress/aggregates.ts";
import { boundsOf, placedAt } from "../../shared/compress/support/support-search.ts";
import type { Scheme } from "../../shared/compress/types.ts";
import { runScheme, schemeProblems } from "../../shared/run/run-scheme.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { topologyNames } from "../../shared/tree/topologies.ts";
import { denseUpdate, entryCount, prefixUpdate, sparseUpdate, toDense, zeroUpdate } from "../../shared/vector/update.ts";

const d = 60;
const k = 4;
const layout = layoutOf([{ name: "x", shape: [d] }]);
const shared = aggregates.filter((aggregate) => searchOf(aggregate) !== undefined);

const schemeBy = (aggregate: Aggregate, scheme: string): Scheme => runScheme({ scheme, outer: "sgd(1)", aggregate });

/** Eighths from −16 to 16: sums of a few thousand of them are exact in float32. */
const dyadic = (rng: Rng): Float32Array => Float32Array.from({ length: d }, () => (rng.integer(257) - 128) / 8);

const meanOf = (vectors: readonly Float32Array[]): Float32Array =>
  Float32Array.from({ length: d }, (_, i) => vectors.reduce((sum, x) => sum + x[i]!, 0) / vectors.length);

const bitsOf = (x: Float32Array): number[] => [...new Uint32Array(x.slice().buffer)];

/** The support that the round of these totals had. */
function supportOf(aggregate: Aggregate, allReduce: LocalAllReduce, round: number): Uint32Array {
  const bounds = boundsOf({ kind: "truncate", keep: k }, d, round);
  return searchOf(aggregate)!.support(allReduce.decisions[0]!.totals[0]!, bounds);
}

describe.each(shared)("one support for all peers, by %s", (aggregate) => {
  const cases = topologyNames.flatMap((tree) => [1, 2, 4, 8, 16].map((peers) => [peers, tree] as const));

  it.each(cases)(
    "of %i peers over the %s tree obeys the error feedback of one worker, bit for bit: ē⁺ = p̄ − C_S(p̄)",
    (peers, tree) => {
      const rng = seeded(peers, "law", tree);
      const allReduce = new LocalAllReduce(schemeBy(aggregate, `ef14(topk(${k}))`), layout, peers, tree);
      let residual = new Float32Array(d);
      for (let round = 1; round <= 12; round += 1) {
        const xs = allReduce.local.map(() => dyadic(rng));
        const acc = meanOf(xs).map((value, i) => value + residual[i]!);
        const estimate = toDense(allReduce.round(xs, rng));
        const kept = new Float32Array(d);
        for (const i of supportOf(aggregate, allReduce, round)) kept[i] = acc[i]!;
        expect(bitsOf(estimate)).toEqual(bitsOf(kept));
        residual = acc.map((value, i) => value - kept[i]!);
        expect(bitsOf(meanOf(allReduce.local.map((local) => local["residual"] as Float32Array)))).toEqual(bitsOf(residual));
      }
    },
  );

  it.each([1, 4, 16])("of %i peers leaves to each of them its own acc outside of S, bit for bit", (peers) => {
    const rng = seeded(peers, "own");
    const allReduce = new LocalAllReduce(schemeBy(aggregate, `ef14(topk(${k}))`), layout, peers);
    for (let round = 1; round <= 6; round += 1) {
      const xs = allReduce.local.map(() => dyadic(rng));
      const accs = xs.map((x, peer) => x.map((value, i) => value + (allReduce.local[peer]!["residual"] as Float32Array)[i]!));
      allReduce.round(xs, rng);
      const support = supportOf(aggregate, allReduce, round);
      for (const acc of accs) for (const i of support) acc[i] = 0;
      expect(allReduce.local.map((local) => bitsOf(local["residual"] as Float32Array))).toEqual(accs.map(bitsOf));
    }
  });

  it("sends the values of the second sum without indices, and no more of them than k", () => {
    const rng = seeded(1, "indices");
    const allReduce = new LocalAllReduce(schemeBy(aggregate, `ef14(topk(${k}))`), layout, 6);
    allReduce.round(
      allReduce.local.map(() => dyadic(rng)),
      rng,
    );
    for (const { part } of allReduce.decisions) expect(part.sum).toMatchObject({ support: { kind: "prefix", count: k } });
  });

  it("takes k of each tensor where the scheme does, and during a warm-up as many as that allows", () => {
    const tensors = layoutOf([
      { name: "kernel", shape: [5, 8] },
      { name: "bias", shape: [20] },
    ]);
    const perTensor = new LocalAllReduce(schemeBy(aggregate, "ef14(topk(2, tensor=1))"), tensors, 5);
    const warm = new LocalAllReduce(schemeBy(aggregate, "ef14(topk(1, warmup=5))"), layout, 5);
    const counts: number[] = [];
    for (let round = 1; round <= 6; round += 1) {
      const rng = seeded(round, "tensors");
      const estimate = toDense(perTensor.round(perTensor.local.map(() => dyadic(rng))));
      expect(estimate.filter((value, i) => i < 40 && value !== 0).length).toBeLessThanOrEqual(2);
      expect(estimate.filter((value, i) => i >= 40 && value !== 0).length).toBeLessThanOrEqual(2);
      expect(estimate.some((value) => value !== 0)).toBe(true);
      counts.push(entryCount(warm.round(warm.local.map(() => dyadic(rng)))));
    }
    expect(counts).toEqual([15, 4, 1, 1, 1, 1]);
  });

  it("names only coordinates that are not 0, and sums nothing but zeros", () => {
    const allReduce = new LocalAllReduce(schemeBy(aggregate, `ef14(topk(${k}))`), layout, 5);
    const few = new Float32Array(d);
    few[7] = 3;
    const one = toDense(allReduce.round(allReduce.local.map(() => few)));
    const expected = new Float32Array(d);
    expected[7] = 3;
    expect(one).toEqual(expected);
    for (let round = 0; round < 6; round += 1) {
      const zeros = allReduce.local.map(() => new Float32Array(d));
      expect(toDense(allReduce.round(zeros))).toEqual(new Float32Array(d));
    }
  });

  it("holds mass where values are rounded at every node: Σ residuals + Σ totals = Σ updates", () => {
    for (const peers of [1, 3, 7]) {
      const rng = seeded(peers, "rounded");
      const allReduce = new LocalAllReduce(schemeBy(aggregate, "ef14(topk(20) | twolevel)"), layout, peers);
      const balance = new Float64Array(d);
      for (let round = 0; round < 8; round += 1) {
        const xs = allReduce.local.map(() => dyadic(rng));
        const estimate = toDense(allReduce.round(xs, rng));
        for (const x of xs) for (let i = 0; i < d; i += 1) balance[i]! += x[i]!;
        for (let i = 0; i < d; i += 1) balance[i]! -= peers * estimate[i]!;
      }
      for (const { residual } of allReduce.local) for (let i = 0; i < d; i += 1) balance[i]! -= (residual as Float32Array)[i]!;
      expect(Math.max(...balance.map(Math.abs))).toBeLessThan(1e-3);
    }
  });

  it("keeps SCAM's rule: what travels is the current update on the support, chosen by residual and update", () => {
    const rng = seeded(3, "scam");
    const allReduce = new LocalAllReduce(schemeBy(aggregate, `scam(topk(${k}), mode=reset)`), layout, 4);
    for (let round = 1; round <= 4; round += 1) {
      const xs = allReduce.local.map(() => dyadic(rng));
      const before = allReduce.local.map((local) => local["residual"] as Float32Array);
      const estimate = toDense(allReduce.round(xs, rng));
      const support = supportOf(aggregate, allReduce, round);
      const mean = meanOf(xs);
      for (const i of support) expect(estimate[i]).toBe(mean[i]);
      for (const [peer, { residual }] of allReduce.local.entries()) {
        const expected = before[peer]!.map((value, i) => (support.includes(i) ? 0 : value + xs[peer]![i]!));
        expect(bitsOf(residual as Float32Array)).toEqual(bitsOf(expected));
      }
    }
  });

  it("is bounded, whatever a total has in it", () => {
    const bounds = boundsOf(
      {
        kind: "truncate-blocks",
        blocks: [
          { end: 20, keep: 2 },
          { end: d, keep: 3 },
        ],
      },
      d,
      1,
    );
    const { length } = searchOf(aggregate)!.phase(bounds);
    const dense = denseUpdate(new Float32Array(length).fill(3e38));
    const some = sparseUpdate(length, Uint32Array.of(1, 2, 3, 30, 31, 32, 33), new Float32Array(7).fill(-1));
    for (const total of [dense, some, zeroUpdate(length), prefixUpdate(length, new Float32Array(length).fill(1))]) {
      const support = searchOf(aggregate)!.support(total, bounds);
      expect(support.filter((i) => i < 20).length).toBeLessThanOrEqual(2);
      expect(support.filter((i) => i >= 20).length).toBeLessThanOrEqual(3);
      expect([...support]).toEqual([...new Set(support)].filter((i) => i < d).sort((a, b) => a - b));
      expect(support.length).toBeLessThanOrEqual(5);
    }
  });

  it("is refused for schemes whose entries are not chosen by size, and for a residual that loses mass", () => {
    const said = (scheme: string) =>
      [...schemeProblems({ scheme, outer: "sgd(1)", aggregate })].map(([, { message }]) => message);
    for (const [scheme, name] of [
      ["none", "none"],
      ["ef14(randk(10%))", "randk"],
      ["ef21(svd(2))", "svd"],
      ["ef14(twolevel)", "twolevel"],
      ["scam(impk(10%, operator=4))", "impk"],
    ] as const)
      expect(said(scheme)).toEqual([expect.stringMatching(new RegExp(`^expected entries chosen by size .*, got ${name}$`))]);
    expect(said("ef14(topk(10%, adaptive=1))")).toEqual(["expected adaptive=0 where all peers share a support, got adaptive=1"]);
    const gmask = schemeProblems({ scheme: "ef14(topk(5))", outer: "sgd(1)", aggregate, truncationResidual: "gmask" });
    expect([...gmask.keys()]).toEqual(["truncationResidual"]);
    expect(said("ef21(topk(10%) | qsgd(8))")).toEqual([]);
  });
});

describe("the support of gTop-k's total (twopass)", () => {
  it("is that of the k largest sums where every peer's choice holds them", () => {
    const x = Float32Array.from({ length: d }, (_, i) => (i % 7 === 3 ? 8 + i : 1));
    const allReduce = new LocalAllReduce(schemeBy("twopass", `ef14(topk(${k}))`), layout, 9);
    allReduce.round(allReduce.local.map(() => x));
    expect([...supportOf("twopass", allReduce, 1)]).toEqual([38, 45, 52, 59]);
  });

  it("travels down the tree as places alone", () => {
    const rng = seeded(5, "places");
    const allReduce = new LocalAllReduce(schemeBy("twopass", `ef14(topk(${k}))`), layout, 5);
    allReduce.round(allReduce.local.map(() => dyadic(rng)));
    for (const { totals } of allReduce.decisions) expect(totals[0]!.support.kind).toBe("places");
  });
});

describe("the support of one peer's choice (leader)", () => {
  it("is that of the k largest entries of the member at position r mod n, in each round r", () => {
    const peers = 5;
    const rng = seeded(9, "leader");
    const allReduce = new LocalAllReduce(schemeBy("leader", `topk(${k})`), layout, peers);
    for (let round = 1; round <= 2 * peers; round += 1) {
      const xs = allReduce.local.map(() => dyadic(rng));
      allReduce.round(xs, rng);
      const sizes = [...xs[round % peers]!].map((value, i) => [Math.abs(value), i] as const);
      const largest = sizes.sort(([a, i], [b, j]) => b - a || i - j).slice(0, k);
      expect([...supportOf("leader", allReduce, round)]).toEqual(largest.map(([, i]) => i).sort((a, b) => a - b));
    }
  });

  it("is drawn, k coordinates alike for all and others each round, where the leader has nothing to name", () => {
    const search = searchOf("leader")!;
    const drawn = [1, 2].map((round) => [...search.support(zeroUpdate(d), boundsOf({ kind: "truncate", keep: k }, d, round))]);
    expect(drawn.map(({ length }) => length)).toEqual([k, k]);
    expect(drawn[0]).not.toEqual(drawn[1]);
  });
});

describe("the support that a sketch of the sum shows (countsketch)", () => {
  it("holds a coordinate that is large only in the sum, which no peer would choose by itself", () => {
    const peers = 16;
    const allReduce = new LocalAllReduce(schemeBy("countsketch", "topk(2)"), layout, peers);
    const xs = allReduce.local.map((_, peer) => {
      const x = new Float32Array(d);
      x[11] = 1;
      // Larger, but of both signs.
      for (const i of [20, 21, 22]) x[i] = peer % 2 === 0 ? 8 : -8;
      return x;
    });
    expect(toDense(allReduce.round(xs))[11]).toBe(1);
  });

  it("holds most of the k large sums among two thousand small ones", () => {
    const large = layoutOf([{ name: "x", shape: [2_000] }]);
    let found = 0;
    for (let seed = 0; seed < 10; seed += 1) {
      const rng = seeded(seed, "heavy");
      const allReduce = new LocalAllReduce(schemeBy("countsketch", "topk(20)"), large, 4);
      const xs = allReduce.local.map(() =>
        Float32Array.from({ length: 2_000 }, (_, i) => rng.normal() / 8 + (i % 100 === 7 ? 3 : 0)),
      );
      const estimate = toDense(allReduce.round(xs));
      found += estimate.filter((value, i) => i % 100 === 7 && value !== 0).length;
    }
    expect(found / 200).toBeGreaterThan(0.6);
  });
});

describe("the numbers of a prefix", () => {
  it("lie at the coordinates of a support; what exceeds it is left out, what lacks is 0", () => {
    const support = Uint32Array.of(2, 5, 9);
    expect(placedAt(support, prefixUpdate(d, Float32Array.of(1, 2, 3, 4)))).toEqual(
      sparseUpdate(d, support, Float32Array.of(1, 2, 3)),
    );
    expect(placedAt(support, sparseUpdate(d, Uint32Array.of(1, 40), Float32Array.of(7, 8)))).toEqual(
      sparseUpdate(d, support, Float32Array.of(0, 7, 0)),
    );
  });
});
