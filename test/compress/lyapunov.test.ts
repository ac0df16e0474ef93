import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import type { Scheme } from "../../shared/compress/types.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { addInto } from "../../shared/vector/update.ts";
import { dot, exampleOne, problemA, problemC, type Quadratics } from "../support/quadratics.ts";
import { squaredError } from "./draws.ts";

/** What the theorems are about: f, its smallest value, and the constants of f and of the workers' f_i. */
interface Known extends Quadratics {
  readonly optimum: number;
  /** L of f, and the largest μ with ‖∇f‖² ≥ 2μ(f − f*): the ends of the spectrum of its Hessian. */
  readonly smoothness: number;
  readonly convexity: number;
  /** L̃ = √(mean L_i²). */
  readonly workersSmoothness: number;
}

const problems = {
  "example 1": known({ ...exampleOne(), optimum: 0 }),
  "problem A": known({ ...problemA(), optimum: 0 }),
  "problem C": known(problemC()),
};

const cases: readonly (readonly [keyof typeof problems, string, readonly number[], number])[] = [
  ["example 1", "ef21(topk(1))", [3], 1 / 3],
  ["example 1", "ef21(topk(2))", [3], 2 / 3],
  ["example 1", "ef21(sign)", [3], 1 / 3],
  ["problem A", "ef21(topk(5))", [100], 5 / 100],
  ["problem A", "ef21(svd(1))", [10, 10], 1 / 10],
  ["problem C", "ef21(topk(2))", [30], 2 / 30],
  ["problem C", "ef21(topk(10))", [30], 10 / 30],
  ["problem C", "ef21(topk(30))", [30], 1],
  ["problem C", "ef21(svd(1))", [5, 6], 1 / 5],
];

describe.each(cases)(
  "on %s, every worker's update heard as it is, %s with x of shape %j (α = %f)",
  (name, scheme, shape, alpha) => {
    const problem = problems[name];
    const theta = 1 - Math.sqrt(1 - alpha);
    const beta = (1 - alpha) / theta;
    const { smoothness, convexity, workersSmoothness } = problem;

    it("keeps the bound under PL at every step: Ψ⁺ ≤ (1 − γμ)Ψ, Ψ = f − f* + (γ/θ)·mean‖g_i − ∇f_i‖²", () => {
      const rate = Math.min(1 / (smoothness + workersSmoothness * Math.sqrt((2 * beta) / theta)), theta / (2 * convexity));
      const path = steps(problem, schemeOf(scheme), shape, rate);
      const psi = ({ gap, distortion }: Step): number => gap + (rate / theta) * distortion;
      let before = psi(path.next().value);
      const floor = before * roundingFloor;
      for (let round = 0; round < 800 && before > floor; round += 1) {
        const after = psi(path.next().value);
        expect(after / before, `round ${round}, Ψ = ${before}`).toBeLessThanOrEqual(1 - rate * convexity + 1e-6);
        before = after;
      }
    });

    it("keeps the bound without PL at every step: Φ⁺ ≤ Φ − (γ/2)‖∇f‖², Φ = f − f* + (γ/2θ)·mean‖g_i − ∇f_i‖²", () => {
      const rate = 1 / (smoothness + workersSmoothness * Math.sqrt(beta / theta));
      const path = steps(problem, schemeOf(scheme), shape, rate);
      const phi = ({ gap, distortion }: Step): number => gap + (rate / theta / 2) * distortion;
      let before: Step = path.next().value;
      const floor = phi(before) * roundingFloor;
      for (let round = 0; round < 800 && phi(before) > floor; round += 1) {
        const after: Step = path.next().value;
        const bound = phi(before) - (rate / 2) * before.gradientSquared;
        expect(phi(after), `round ${round}`).toBeLessThanOrEqual(bound + 1e-6 * phi(before));
        before = after;
      }
    });
  },
);

it("γ of Example 1 under PL is 0.004268781, without 0.005859121", () => {
  const { smoothness, convexity, workersSmoothness } = problems["example 1"];
  expect(smoothness).toBeCloseTo(103 / 6, 9);
  expect(convexity).toBeCloseTo(7 / 6, 9);
  expect(workersSmoothness).toBeCloseTo(34.5, 9);
  expect(1 / (smoothness + workersSmoothness * 4.44949 * Math.SQRT2)).toBeCloseTo(0.004268781, 8);
  expect(1 / (smoothness + workersSmoothness * 4.44949)).toBeCloseTo(0.005859121, 8);
});

/**
 * States are float32: x is off by 6e-8 of itself, so that f − f* of workers that disagree, whose gradients do not vanish at the
 * optimum, means nothing below about 1e-13 of its start, and a step of 1 − γμ is lost in the noise some orders before that.
 */
const roundingFloor = 1e-9;

/** One step of EF21: x, and what is believed of the gradients there once the round at x is over. */
interface Step {
  /** f(x) − f*. */
  readonly gap: number;
  /** ‖∇f(x)‖². */
  readonly gradientSquared: number;
  /** mean ‖g_i − ∇f_i(x)‖². */
  readonly distortion: number;
}

/** EF21 from g_i⁰ = C(∇f_i(x⁰)), every worker a tree of its own, so that nothing is truncated on the way. */
function* steps(problem: Known, scheme: Scheme, shape: readonly number[], rate: number): Generator<Step, never> {
  const { gradients, start, value, optimum } = problem;
  const layout = layoutOf([{ name: "x", shape }]);
  const allReduces = gradients.map(() => new LocalAllReduce(scheme, layout, 1));
  const x = Float32Array.from(start);
  for (;;) {
    const at = gradients.map((gradient) => gradient(x));
    const estimates = allReduces.map((allReduce, i) => allReduce.round([Float32Array.from(at[i]!, (g) => rate * g)]));
    let distortion = 0;
    for (const [i, { local }] of allReduces.entries()) {
      const believed = Float64Array.from(local[0]!["believed"] as Float32Array, (g) => g / rate);
      distortion += squaredError(believed, at[i]!) / gradients.length;
    }
    const mean = start.map((_, j) => at.reduce((sum, g) => sum + g[j]! / at.length, 0));
    yield { gap: value(x) - optimum, gradientSquared: dot(mean, mean), distortion };
    for (const estimate of estimates) addInto(x, estimate, -1 / estimates.length);
  }
}

function known(problem: Quadratics & { readonly optimum: number }): Known {
  const { gradients, start } = problem;
  const mean = (u: readonly number[]): number[] =>
    start.map((_, j) => sum(gradients, (gradient) => gradient(u)[j]!) / gradients.length);
  const [smoothness, convexity] = spectrum(mean, start.length);
  const each = gradients.map((gradient) => spectrum(gradient, start.length)[0]);
  return { ...problem, smoothness, convexity, workersSmoothness: Math.sqrt(sum(each, (l) => l * l) / each.length) };
}

/** The largest and the smallest eigenvalue of the linear part of an affine map, by power iteration. */
function spectrum(affine: (u: readonly number[]) => readonly number[], d: number): readonly [number, number] {
  const offset = affine(new Array<number>(d).fill(0));
  const apply = (u: readonly number[]): number[] => affine(u).map((value, i) => value - offset[i]!);
  const largest = radius(apply, d);
  return [largest, largest - radius((u) => apply(u).map((value, i) => largest * u[i]! - value), d)];
}

function radius(apply: (u: readonly number[]) => readonly number[], d: number): number {
  let u = Array.from({ length: d }, (_, i) => 1 + Math.sin(7 * i));
  let norm = 0;
  for (let step = 0; step < 600; step += 1) {
    const next = apply(u);
    norm = Math.sqrt(dot(next, next));
    u = next.map((value) => value / norm);
  }
  return norm;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
