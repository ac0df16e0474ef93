import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { searchOf } from "../../shared/compress/aggregated.ts";
import { aggregates } from "../../shared/compress/aggregates.ts";
import { methods } from "../../shared/compress/registry.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import type { Conserved, Scheme } from "../../shared/compress/types.ts";
import { runScheme } from "../../shared/run/run-scheme.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { type TopologyName, topologyNames } from "../../shared/tree/topologies.ts";
import { addInto, toDense } from "../../shared/vector/update.ts";

const dimension = 60;
const layout = layoutOf([{ name: "x", shape: [dimension] }]);

function draws(rng: Rng, peers: number): Float32Array[] {
  return Array.from({ length: peers }, () => Float32Array.from({ length: dimension }, () => rng.normal()));
}

function total(vectors: readonly Float32Array[]): Float64Array {
  const sum = new Float64Array(dimension);
  for (const vector of vectors) for (let i = 0; i < dimension; i += 1) sum[i]! += vector[i]!;
  return sum;
}

function expectEqual(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  for (let i = 0; i < a.length; i += 1) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(tolerance);
}

/** Every error feedback that conserves this, with every number of peers. */
function cases(conserved: Conserved): (readonly [peers: number, feedback: string])[] {
  const feedbacks = methods.filter(
    ({ kind, name }) => kind === "feedback" && schemeOf(`${name}(topk(3))`).conserves === conserved,
  );
  return feedbacks.flatMap(({ name }) => [1, 2, 3, 5, 8, 13, 17].map((peers) => [peers, name] as const));
}

function expectMass(scheme: Scheme, peers: number, tree: TopologyName): void {
  const rng = seeded(peers, "mass");
  const allReduce = new LocalAllReduce(scheme, layout, peers, tree);
  const given = new Float64Array(dimension);
  const applied = new Float64Array(dimension);
  for (let round = 0; round < 10; round += 1) {
    const xs = draws(rng, peers);
    const estimate = toDense(allReduce.round(xs, rng));
    total(xs).forEach((value, i) => {
      given[i]! += value;
      applied[i]! += peers * estimate[i]!;
    });
  }
  const held = total(allReduce.local.map(({ residual }) => residual as Float32Array));
  expectEqual(
    applied.map((value, i) => value + held[i]!),
    given,
    1e-4,
  );
}

function expectBelief(scheme: Scheme, peers: number, tree: TopologyName): void {
  const rng = seeded(peers, "believed");
  const allReduce = new LocalAllReduce(scheme, layout, peers, tree);
  for (let round = 0; round < 10; round += 1) allReduce.round(draws(rng, peers), rng);
  const mean = allReduce.replicated["mean"] as Float32Array;
  expectEqual(
    total(allReduce.local.map(({ believed }) => believed as Float32Array)),
    Array.from(mean, (value) => peers * value),
    1e-4,
  );
}

const shared = aggregates.filter((aggregate) => searchOf(aggregate) !== undefined);

/** The same, for sums on a support that all peers share. */
function sharedCases(conserved: Conserved) {
  const few = cases(conserved).filter(([peers]) => [1, 3, 8, 13].includes(peers));
  return shared.flatMap((aggregate) => few.map(([peers, feedback]) => [peers, feedback, aggregate] as const));
}

describe.each(topologyNames)("a round over the %s tree", (tree) => {
  it.each(Array.from({ length: 17 }, (_, i) => i + 1))("of %i peers takes 2(P−1) messages and gives all one total", (peers) => {
    const rng = seeded(peers, "total");
    const allReduce = new LocalAllReduce(schemeOf("ef14(topk(3))"), layout, peers, tree);
    for (let round = 0; round < 3; round += 1) {
      allReduce.round(draws(rng, peers), rng);
      expect(allReduce.messages).toBe(2 * (peers - 1));
      for (const { part } of allReduce.decisions) expect(part).toEqual(allReduce.decisions[0]!.part);
    }
  });

  it.each(cases("residual"))("of %i peers loses no mass by %s: Σ residuals + Σ totals = Σ updates", (peers, feedback) => {
    expectMass(schemeOf(`${feedback}(topk(3))`), peers, tree);
  });

  it.each(sharedCases("residual"))(
    "of %i peers loses no mass by %s and one support for all (%s)",
    (peers, feedback, aggregate) => {
      for (const values of ["", " | block4"])
        expectMass(runScheme({ scheme: `${feedback}(topk(3)${values})`, outer: "sgd(1)", aggregate }), peers, tree);
    },
  );

  it.each(cases("mean"))("of %i peers keeps Σ believed = n · mean by %s", (peers, feedback) => {
    expectBelief(schemeOf(`${feedback}(topk(3))`), peers, tree);
  });

  it.each(sharedCases("mean"))(
    "of %i peers keeps Σ believed = n · mean by %s and one support for all (%s)",
    (peers, feedback, aggregate) => {
      // The class of a compressor on a shared support is not known, by which EF-BV chooses its rates.
      const rates = feedback === "ef-bv" ? ", lambda=1, nu=1" : "";
      for (const values of ["", " | block4"])
        expectBelief(runScheme({ scheme: `${feedback}(topk(3)${values}${rates})`, outer: "sgd(1)", aggregate }), peers, tree);
    },
  );
});

it.each(["ef14(topk(4))", "none"])("the total of %s does not depend on the order in which messages arrive", (scheme) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), (peers, seed) => {
      const xs = draws(seeded(seed, "same"), peers);
      const totals = ["one", "other"].map((order) => {
        const x = new Float32Array(dimension);
        addInto(x, new LocalAllReduce(schemeOf(scheme), layout, peers).round(xs, seeded(seed, order)));
        return x;
      });
      expect(totals[0]).toEqual(totals[1]);
    }),
    { numRuns: 50 },
  );
});
