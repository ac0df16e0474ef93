import { describe, expect, it } from "vitest";
import { schemeOf } from "../../shared/compress/registry.ts";
import { layoutOf } from "../../shared/layout.ts";
import { Forest } from "../../shared/simulation/forest.ts";
import { addInto } from "../../shared/update.ts";

/** One worker (or several) descending f through a scheme: x ← x − estimate, Δ_i = γ∇f_i(x). Returns f after each round asked for. */
function descend(problem: Problem, scheme: string, rate: number, reports: readonly number[]): number[] {
  const { start, gradients, value } = problem;
  const forest = new Forest(schemeOf(scheme), layoutOf([{ name: "x", shape: [start.length] }]), gradients.length);
  const x = Float32Array.from(start);
  const found: number[] = [];
  for (let round = 1; round <= Math.max(...reports); round += 1) {
    const estimate = forest.round(gradients.map((gradient) => Float32Array.from(gradient(x), (g) => rate * g)));
    addInto(x, estimate, -1);
    if (reports.includes(round)) found.push(value(x));
  }
  return found;
}

interface Problem {
  readonly start: readonly number[];
  readonly gradients: readonly ((x: Float32Array) => number[])[];
  value(x: Float32Array): number;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Q Λ Q with Q = I − 2vvᵀ, applied to u. */
function rotated(v: readonly number[], eigenvalues: readonly number[]) {
  const reflect = (u: ArrayLike<number>): number[] => {
    const scale = 2 * dot(v, u);
    return Array.from(u, (value, i) => value - scale * v[i]!);
  };
  return (u: ArrayLike<number>): number[] => reflect(reflect(u).map((value, i) => value * eigenvalues[i]!));
}

function unit(values: number[]): number[] {
  const norm = Math.sqrt(dot(values, values));
  return values.map((value) => value / norm);
}

/** METHODS problem A: one worker, d = 100, condition number 10. */
function problemA(): Problem {
  const hessian = rotated(
    unit(Array.from({ length: 100 }, (_, j) => Math.sin(j + 1))),
    Array.from({ length: 100 }, (_, j) => 10 ** (-1 + j / 99)),
  );
  const error = (x: Float32Array): number[] => Array.from(x, (value) => value - 1);
  return {
    start: new Array<number>(100).fill(0),
    gradients: [(x) => hessian(error(x))],
    value: (x) => 0.5 * dot(error(x), hessian(error(x))),
  };
}

/** METHODS problem C: five workers with different optima, d = 30. */
function problemC(): Problem & { readonly optimum: number } {
  const workers = Array.from({ length: 5 }, (_, i) => {
    const eigenvalues = Array.from({ length: 30 }, (_, j) => 10 ** (-1 + ((j - 7 * i + 30 * 7) % 30) / 29));
    const hessian = rotated(unit(Array.from({ length: 30 }, (_, j) => Math.sin(j + 1 + 3 * i + 1))), eigenvalues);
    const centre = Array.from({ length: 30 }, (_, j) => Math.sin((i + 1) * (j + 1)));
    return { hessian, error: (x: Float32Array) => Array.from(x, (value, j) => value - centre[j]!) };
  });
  return {
    start: new Array<number>(30).fill(0),
    gradients: workers.map(
      ({ hessian, error }) =>
        (x) =>
          hessian(error(x)),
    ),
    value: (x) => workers.reduce((sum, { hessian, error }) => sum + 0.5 * dot(error(x), hessian(error(x))), 0) / 5,
    optimum: 2.212654642,
  };
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
