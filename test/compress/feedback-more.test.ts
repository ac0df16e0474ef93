import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { econtrol } from "../../shared/compress/feedback/econtrol.ts";
import { efBv } from "../../shared/compress/feedback/ef-bv.ts";
import { ef14 } from "../../shared/compress/feedback/ef14.ts";
import { ef21 } from "../../shared/compress/feedback/ef21.ts";
import { ef21Sgdm } from "../../shared/compress/feedback/ef21-sgdm.ts";
import { plain } from "../../shared/compress/feedback/plain.ts";
import { randK } from "../../shared/compress/sparsifiers/rand-k.ts";
import { sparse } from "../../shared/compress/sparsifiers/sparse.ts";
import { topK } from "../../shared/compress/sparsifiers/top-k.ts";
import type { Scheme } from "../../shared/compress/types.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { toDense } from "../../shared/vector/update.ts";
import { apart, descent, exampleOne, problemC, valuesAfter } from "../support/quadratics.ts";

const top = (count: number) => sparse(topK({ kind: "count", count }));
const schemes: readonly (readonly [string, Scheme])[] = [
  ["ef21-sgdm", ef21Sgdm(top(2), { eta: 0.1 })],
  ["ef-bv", efBv(top(2), { lambda: 0.8, nu: 0.9 })],
  ["econtrol", econtrol(top(2), { eta: 0.1 })],
];

const random = (count: number, isSeeded = false) => sparse(randK({ kind: "count", count }, { isScaled: true, isSeeded }));
const derived: readonly [string, Scheme] = ["ef-bv with λ and ν from randk", efBv(random(2))];

describe("three workers with top-1 (Example 1)", () => {
  it.each([
    [0.01, 10.6551],
    [0.001, 2.08022],
  ])("diverge without feedback at η = %f, to ‖x¹⁰⁰‖ = %f", (rate, norm) => {
    const [found] = valuesAfter([100], apart(exampleOne(), plain(top(1)), rate), (x) => Math.hypot(...Array.from(x)));
    expect(Math.abs(found! / norm - 1)).toBeLessThan(1e-5);
  });

  it("converge by EF21 at its bound γ₂: f < 1e-10 at iteration 2355 and not before", () => {
    const { value } = exampleOne();
    const [before, at] = valuesAfter([2354, 2355], apart(exampleOne(), ef21(top(1)), 0.004268781), value);
    expect(before!).toBeGreaterThanOrEqual(1e-10);
    expect(at!).toBeLessThan(1e-10);
  });

  it("converge by EF14 at γ = 0.02: f < 1e-60 within 3000 iterations", () => {
    const [f] = valuesAfter([3000], apart(exampleOne(), ef14(top(1), { decay: 1 }), 0.02), exampleOne().value);
    expect(f!).toBeLessThan(1e-60);
  });
});

describe("five different workers over the heap tree (problem C)", () => {
  it.each([...schemes.map(([name, scheme]) => [name, scheme, 0.05] as const)])(
    "reach the exact optimum by %s",
    (_name, scheme, rate) => {
      const problem = problemC();
      const [early, late] = valuesAfter([10, 1500], descent(problem, scheme, rate), problem.value);
      expect(early! - problem.optimum).toBeGreaterThan(0.1);
      expect(Math.abs(late! - problem.optimum)).toBeLessThan(1e-6);
    },
  );

  it("go by EF-BV with λ = ν = 1 exactly where they go by EF21", () => {
    const one = descent(problemC(), efBv(top(2), { lambda: 1, nu: 1 }), 0.05);
    const other = descent(problemC(), ef21(top(2)), 0.05);
    for (let round = 0; round < 100; round += 1) expect(one.next().value).toEqual(other.next().value);
  });

  it("go by EF-BV around a compressor that errs without drawing exactly where they go by EF21", () => {
    const one = descent(problemC(), efBv(top(2)), 0.05);
    const other = descent(problemC(), ef21(top(2)), 0.05);
    for (let round = 0; round < 100; round += 1) expect(one.next().value).toEqual(other.next().value);
  });

  it("reach the exact optimum by EF-BV with λ and ν from randk, where randk alone stalls", () => {
    const problem = problemC();
    const [found] = valuesAfter([1500], descent(problem, efBv(random(6)), 0.1), problem.value);
    const [alone] = valuesAfter([1500], descent(problem, plain(random(6)), 0.1), problem.value);
    expect(Math.abs(found! - problem.optimum)).toBeLessThan(1e-6);
    expect(alone! - problem.optimum).toBeGreaterThan(1e-2);
  });

  it("go by EF21-SGDM with η = 1 exactly where they go by EF21", () => {
    const one = descent(problemC(), ef21Sgdm(top(2), { eta: 1 }), 0.05);
    const other = descent(problemC(), ef21(top(2)), 0.05);
    for (let round = 0; round < 100; round += 1) expect(one.next().value).toEqual(other.next().value);
  });
});

describe.each([...schemes, derived])("%s over the tree", (name, scheme) => {
  const length = 40;
  const layout = layoutOf([{ name: "x", shape: [length] }]);

  it.each([1, 2, 5, 12])("of %i peers keeps Σ believed = n · mean", (peers) => {
    const { allReduce } = played(peers, 10);
    const believed = sums(allReduce.local.map((local) => local["believed"] as Float32Array));
    const mean = allReduce.replicated["mean"] as Float32Array;
    for (let i = 0; i < length; i += 1) expect(Math.abs(believed[i]! - peers * mean[i]!)).toBeLessThan(1e-4);
  });

  it("sets every believed to the mean when the members change, and touches no state it is given", () => {
    const { allReduce } = played(3, 4);
    const local = allReduce.local[1]!;
    const before = structuredClone(local);
    expect(scheme.onMembershipChange(local, allReduce.replicated)).toEqual({ ...before, believed: allReduce.replicated["mean"] });
    expect(local).toEqual(before);
  });

  it("restores after a rollback what its own believed gained by what was delivered", () => {
    const { allReduce } = played(1, 3);
    const decoded = scheme.decode(
      [allReduce.decisions[0]!.totals[0]!],
      1,
      allReduce.replicated,
      allReduce.contextOf(0)({ layout, round: 9, members: 1 }),
    );
    expect(decoded.replicated["mean"]).toHaveLength(length);
    const restored = scheme.onRollback(allReduce.decisions[0]!.totals[0]!, allReduce.local[0]!);
    const sent = toDense(allReduce.decisions[0]!.totals[0]!);
    const step = name === "ef-bv" ? 0.8 : name === derived[0] ? 2 / length : 1;
    const [now, then] = [allReduce.local[0]!["believed"] as Float32Array, restored["believed"] as Float32Array];
    for (let i = 0; i < length; i += 1) expect(then[i]).toBeCloseTo(now[i]! - step * sent[i]!, 5);
  });

  function played(peers: number, rounds: number) {
    const rng = seeded(peers, name);
    const allReduce = new LocalAllReduce(scheme, layout, peers);
    for (let round = 0; round < rounds; round += 1) {
      allReduce.round(
        Array.from({ length: peers }, () => Float32Array.from({ length }, () => rng.normal())),
        rng,
      );
    }
    return { allReduce };
  }
});

it.each([1, 2, 5, 12])("EControl of %i peers loses no mass: n·Σ estimates + Σ residuals = Σ updates", (peers) => {
  const rng = seeded(peers, "mass");
  const allReduce = new LocalAllReduce(econtrol(top(2), { eta: 0.1 }), layoutOf([{ name: "x", shape: [40] }]), peers);
  const balance = new Float64Array(40);
  for (let round = 0; round < 10; round += 1) {
    const xs = Array.from({ length: peers }, () => Float32Array.from({ length: 40 }, () => rng.normal()));
    const estimate = toDense(allReduce.round(xs, rng));
    sums(xs).forEach((value, i) => {
      balance[i]! += value - peers * estimate[i]!;
    });
  }
  sums(allReduce.local.map(({ residual }) => residual as Float32Array)).forEach((value, i) => {
    expect(Math.abs(balance[i]! - value)).toBeLessThan(1e-3);
  });
});

it("EF21-SGDM starts its momentum at the first update, not at a tenth of it", () => {
  const allReduce = new LocalAllReduce(ef21Sgdm(top(2), { eta: 0.1 }), layoutOf([{ name: "x", shape: [3] }]), 1);
  allReduce.round([Float32Array.of(10, 20, 30)]);
  expect(allReduce.local[0]!["momentum"]).toEqual(Float32Array.of(10, 20, 30));
  allReduce.round([Float32Array.of(20, 20, 20)]);
  expect([...(allReduce.local[0]!["momentum"] as Float32Array)]).toEqual([11, 20, 29]);
});

function sums(vectors: readonly Float32Array[]): Float64Array {
  const total = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < total.length; i += 1) total[i]! += vector[i]!;
  return total;
}
