import type { Quadratics } from "./quadratics.ts";

/** What the lab reads, read off the gradients: b = −∇f(0), A's row j = ∇f(e_j) + b; every worker gets the mean's constant. */
export function quadraticFile({ start, gradients, value }: Quadratics): string {
  const at = (one: number): number[] => start.map((_, j) => (j === one ? 1 : 0));
  const workers = gradients.map((gradient) => {
    const linear = gradient(at(-1)).map((slope) => -slope);
    const hessian = start.map((_, row) => gradient(at(row)).map((slope, j) => slope + linear[j]!));
    return { hessian, linear, constant: value(at(-1)) };
  });
  return JSON.stringify({ start, workers });
}
