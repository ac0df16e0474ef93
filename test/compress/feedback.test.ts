import { describe, expect, it } from "vitest";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { descent, problemA, problemC, type Quadratics, valuesAfter } from "../support/quadratics.ts";

/** f after exactly so many rounds of a scheme. */
function descend(problem: Quadratics, scheme: string, rate: number, rounds: readonly number[]): number[] {
  return valuesAfter(rounds, descent(problem, schemeOf(scheme), rate), problem.value);
}

function expectClose(found: number, expected: number, relative: number): void {
  expect(Math.abs(found / expected - 1), `${found} against ${expected}`).toBeLessThan(relative);
}

describe("error feedback on problem A (f after 10 and 100 rounds)", () => {
  it.each([
    ["topk(5)", 1, 6.97276282, 0.377997867],
    ["ef14(topk(5))", 0.2, 7.851111469, 2.855591763e-3],
  ])("%s at γ = %f descends as the reference does", (scheme, rate, at10, at100) => {
    const [ten, hundred] = descend(problemA(), scheme, rate, [10, 100]);
    expectClose(ten!, at10, 1e-6);
    expectClose(hundred!, at100, 1e-4);
  });

  it("ef21(topk(5)) at γ = 0.2 ends within the reference's order after 100 rounds, and far below after 400", () => {
    const [hundred, later] = descend(problemA(), "ef21(topk(5))", 0.2, [100, 400]);
    expect(hundred!).toBeLessThan(0.15);
    expect(later!).toBeLessThan(1e-3);
  });
});

describe("five workers over the heap tree on problem C (gap to the optimum after 10 and 100 rounds)", () => {
  it("starts at F(0) = 3.15658902", () => expectClose(problemC().value(new Float32Array(30)), 3.15658902, 1e-8));

  it.each([
    ["ef14(topk(2))", 0.7736073622, 0.01222745461],
    ["ef21(topk(2))", 0.7314046514, 0.009983801994],
  ])("%s at γ = 0.05, truncated once a node", (scheme, at10, at100) => {
    const problem = problemC();
    const [ten, hundred] = descend(problem, scheme, 0.05, [10, 100]);
    expectClose(ten! - problem.optimum, at10, 1e-5);
    expectClose(hundred! - problem.optimum, at100, 1e-3);
  });

  it("ef21(topk(2)) reaches the exact optimum of different workers, which topk(2) alone does not", () => {
    const problem = problemC();
    const [exact] = descend(problem, "ef21(topk(2))", 0.05, [1000]);
    const [biased] = descend(problem, "topk(2)", 0.05, [1000]);
    expect(Math.abs(exact! - problem.optimum)).toBeLessThan(1e-6);
    expect(biased! - problem.optimum).toBeGreaterThan(1e-2);
  });
});
