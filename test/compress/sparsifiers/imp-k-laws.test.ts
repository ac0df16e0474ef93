import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../shared/base/layout.ts";
import { seeded } from "../../../shared/base/random.ts";
import { ef14 } from "../../../shared/compress/feedback/ef14.ts";
import { type ImpKOptions, impK } from "../../../shared/compress/sparsifiers/imp-k.ts";
import type { Region } from "../../../shared/compress/sparsifiers/importance.ts";
import { chosenBy } from "../../../shared/compress/sparsifiers/operators.ts";
import { sparse } from "../../../shared/compress/sparsifiers/sparse.ts";
import { schemeOf } from "../../../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../../../shared/simulation/lab/local-all-reduce.ts";
import { indicesOf } from "../../../shared/vector/update.ts";
import { contextAt, gaussian } from "../draws.ts";

const layout = layoutOf([
  { name: "kernel", shape: [40] },
  { name: "bias", shape: [5] },
  { name: "head", shape: [15] },
]);
const cube: Region = { kind: "cube", low: 0, high: 2 };
const simplex: Region = { kind: "simplex", per: "tensor", entropy: 1e-3, most: 1.5 };
const common = {
  ...({ operator: 5, steps: 3, rate: 0.2, refresh: 1, skip: [] } as const),
  ...({ units: "relative", start: "ones", batch: "same" } as const),
};
const tenth = { kind: "density", percent: 10 } as const;

/** The weights after a refresh in each round, Δ and the slopes ∇f being drawn, those of f times `scale`. */
function weightsOf(region: Region, scale: number, { rounds = 1, ...options }: Partial<ImpKOptions> & { rounds?: number } = {}) {
  const sparsifier = impK(tenth, { ...common, region, ...options });
  let local = sparsifier.init(layout);
  const found: Float32Array[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const direction = gaussian(layout.length, "direction");
    const exchange = sparsifier.learn!(direction, local, contextAt(layout, round));
    let turn = exchange.next();
    for (let step = 0; turn.done !== true; step += 1) {
      const gradient = gaussian(layout.length, `gradient ${step}`).map((value) => scale * value);
      turn = exchange.next({ kind: "gradient", gradient });
    }
    local = turn.value;
    found.push(local.weights);
  }
  return found;
}

describe("weights learned in relative units", () => {
  it.each([cube, simplex])("are those of a·f for every a > 0 (%o)", (region) => {
    const [of] = weightsOf(region, 1);
    expect(new Set(of).size).toBeGreaterThan(10);
    for (const power of [2 ** -40, 0.25, 2, 2 ** 30]) expect(weightsOf(region, power)[0]).toEqual(of);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (scale) => {
        for (const [i, weight] of weightsOf(region, scale)[0]!.entries()) expect(Math.abs(weight - of![i]!)).toBeLessThan(1e-5);
      }),
      { numRuns: 30 },
    );
  });

  it.each([cube, simplex])("are not those of a·f in absolute ones (%o)", (region) => {
    expect(weightsOf(region, 8, { units: "absolute" })[0]).not.toEqual(weightsOf(region, 1, { units: "absolute" })[0]);
  });
});

describe("a refresh", () => {
  it.each([cube, simplex])("from ones finds what the first one found, and a warm one goes on from there (%o)", (region) => {
    const [first, second] = weightsOf(region, 1, { rounds: 2 });
    expect(second).toEqual(first);
    const [cold, warm] = weightsOf(region, 1, { rounds: 2, start: "warm" });
    expect(cold).toEqual(first);
    expect(warm).not.toEqual(first);
  });
});

describe("impk with k of each tensor", () => {
  it.each([3, 4, 5, 6, 7] as const)("sends ⌈ρdᵢ⌉ of each, of a bias too, operator %i", (operator) => {
    const sparsifier = impK(tenth, { ...common, region: cube, operator, isPerTensor: true });
    const x = gaussian(60, "update");
    const { support } = sparsifier.select(x, sparsifier.init(layout), contextAt(layout, 2));
    const indices = [...indicesOf({ support, length: 60 })!];
    const within = ({ offset, size }: { offset: number; size: number }) =>
      indices.filter((i) => i >= offset && i < offset + size).length;
    expect(layout.tensors.map(within)).toEqual([4, 1, 2]);
    expect(indices).toEqual([...indices].sort((a, b) => a - b));
  });

  it("is cut to as many of each tensor by a merge, where it chooses by size", () => {
    const merge = { kind: "truncate-blocks", blocks: [4, 1, 2].map((keep, i) => ({ keep, end: [40, 45, 60][i] })) };
    expect(schemeOf("impk(10%, tensor=1)").phases(layout, { round: 1, members: 3 })).toEqual([{ merge, length: 60 }]);
  });
});

it.each([3, 4, 6, 7] as const)(
  "what each of eight peers chose by operator %i arrives whole: no merge puts any of it back",
  (operator) => {
    const scheme = ef14(sparse(impK(tenth, { ...common, region: cube, operator })), { decay: 1 });
    const allReduce = new LocalAllReduce(scheme, layout, 8);
    const xs = Array.from({ length: 8 }, (_, peer) => gaussian(60, `update ${peer}`));
    allReduce.round(xs, undefined, (peer) => gaussian(60, `gradient ${peer}`));
    for (const [peer, { residual }] of allReduce.local.entries()) {
      const sent = (residual as Float32Array).filter((left, i) => left !== xs[peer]![i]);
      // Operators that weigh leave x where its weight is 0.
      expect(sent.length).toBeGreaterThan(operator === 6 ? 3 : 5);
      expect(sent.length).toBeLessThanOrEqual(6);
    }
  },
);

describe("a random choice where fewer than k weights are positive", () => {
  it.each([4, 6] as const)("takes those, and of the others each as often as another, operator %i", (operator) => {
    const weights = Float32Array.from({ length: 20 }, (_, i) => (i === 3 || i === 11 ? 2 : 0));
    const x = new Float32Array(20).fill(1);
    const counts = new Array<number>(20).fill(0);
    const rounds = 6_000;
    const rng = seeded(9, "idle weights");
    for (let round = 0; round < rounds; round += 1) {
      const { support } = chosenBy(operator, x, weights, { blocks: [{ end: 20, keep: 5 }], rng });
      const indices = [...indicesOf({ support, length: 20 })!];
      expect(indices).toEqual([...indices].sort((a, b) => a - b));
      expect(new Set(indices).size).toBe(5);
      for (const i of indices) counts[i]! += 1;
    }
    for (const [i, count] of counts.entries()) {
      if (weights[i]! > 0) expect(count).toBe(rounds);
      else expect(Math.abs(count / rounds - 3 / 18)).toBeLessThan(0.025);
    }
  });
});
