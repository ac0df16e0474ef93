import { meanGradient, normSquared, type Problem } from "./problem.ts";

/** Above this d a Hessian takes more than 32 MB and a step more than a few seconds. */
const maxDimension = 2000;
/** Newton's method squares its error each step: who needs more than this has no minimum nearby. */
const maxSteps = 100;
const maxHalvings = 60;

/** Where F is least. */
export interface Optimum {
  readonly x: Float64Array;
  /** F*. */
  readonly value: number;
  readonly gradientNorm: number;
}

/**
 * The minimum of a convex F by Newton's method, H·s = ∇F, x ← x − t·s, with t halved until F falls (Nocedal, Wright 2006,
 * algorithm 3.2). Ends where ‖∇F‖ ≤ 1e‑12·max(1, ‖∇F(x⁰)‖), or where float64 lets F fall no further. O(d³) a step.
 * null: F has no minimum that this finds (its Hessian is not positive definite), or d is above 2,000.
 */
export function newtonMinimum(problem: Problem): Optimum | null {
  if (problem.dimension > maxDimension) return null;
  let x = Float64Array.from(problem.start);
  let gradient = meanGradient(problem, x);
  const enough = 1e-12 * Math.max(1, Math.sqrt(normSquared(gradient)));
  for (let step = 0; step < maxSteps && Math.sqrt(normSquared(gradient)) > enough; step += 1) {
    const direction = solve(problem.hessian(x), gradient);
    if (direction === null) return null;
    const next = descend(problem, x, direction, normSquared(gradient));
    if (next === null) break;
    x = next;
    gradient = meanGradient(problem, x);
  }
  const gradientNorm = Math.sqrt(normSquared(gradient));
  return gradientNorm < 1e-8 * (enough / 1e-12) ? { x, value: problem.value(x), gradientNorm } : null;
}

/** x − t·s for the first t = 1, ½, ¼, … at which F falls, or at which the gradient does where F is flat to the last bit. */
function descend(
  problem: Problem,
  x: Float64Array,
  s: Float64Array,
  gradientNormSquared: number,
): Float64Array<ArrayBuffer> | null {
  const value = problem.value(x);
  for (let halving = 0; halving < maxHalvings; halving += 1) {
    const next = x.map((xj, j) => xj - 2 ** -halving * s[j]!);
    const nextValue = problem.value(next);
    const isFlat = Math.abs(nextValue - value) <= 1e-14 * Math.abs(value);
    if (isFlat ? normSquared(meanGradient(problem, next)) < gradientNormSquared : nextValue < value) return next;
  }
  return null;
}

/** s with H·s = g by Cholesky, H = LLᵀ, in place of H. null: H is not positive definite. */
function solve(h: Float64Array, g: Float64Array): Float64Array | null {
  const d = g.length;
  const s = g.slice();
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = h[i * d + j]!;
      for (let k = 0; k < j; k += 1) sum -= h[i * d + k]! * h[j * d + k]!;
      if (j < i) h[i * d + j] = sum / h[j * d + j]!;
      else if (sum > 0) h[i * d + i] = Math.sqrt(sum);
      else return null;
    }
  }
  for (let i = 0; i < d; i += 1) {
    for (let k = 0; k < i; k += 1) s[i]! -= h[i * d + k]! * s[k]!;
    s[i]! /= h[i * d + i]!;
  }
  for (let i = d - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < d; k += 1) s[i]! -= h[k * d + i]! * s[k]!;
    s[i]! /= h[i * d + i]!;
  }
  return s;
}
