import type { Problem } from "./problem.ts";
import { ridge } from "./sample-rows.ts";

/** The loss of one sample (a row of the data) at x, and its derivatives. */
export interface SampleLoss {
  readonly shape: readonly number[];
  value(row: number, x: ArrayLike<number>): number;
  /** target += ∇loss / count. */
  addGradient(target: Float64Array, row: number, at: { readonly x: ArrayLike<number>; readonly count: number }): void;
  /** target += ∇²loss / count, d × d, row by row. */
  addHessian(target: Float64Array, row: number, at: { readonly x: ArrayLike<number>; readonly count: number }): void;
}

/** f_i(x) = mean of the loss over worker i's rows + (λ/2)‖x‖², from x = 0. */
export function sampleProblem(
  rows: readonly ArrayLike<number>[],
  loss: SampleLoss,
  { lambda }: { readonly lambda: number },
): Problem {
  const workers = rows.length;
  const d = loss.shape.reduce((product, side) => product * side, 1);
  return {
    shape: loss.shape,
    dimension: d,
    workers,
    start: new Float32Array(d),
    value(x) {
      let sum = 0;
      for (const own of rows) {
        let losses = 0;
        for (let j = 0; j < own.length; j += 1) losses += loss.value(own[j]!, x);
        sum += losses / own.length;
      }
      return sum / workers + ridge(x, lambda);
    },
    gradient(worker, x) {
      const own = rows[worker]!;
      const gradient = new Float64Array(d);
      for (let j = 0; j < own.length; j += 1) loss.addGradient(gradient, own[j]!, { x, count: own.length });
      for (let j = 0; j < d; j += 1) gradient[j]! += lambda * x[j]!;
      return gradient;
    },
    hessian(x) {
      const hessian = new Float64Array(d * d);
      for (const own of rows) {
        for (let j = 0; j < own.length; j += 1) loss.addHessian(hessian, own[j]!, { x, count: own.length * workers });
      }
      for (let j = 0; j < d; j += 1) hessian[j * d + j]! += lambda;
      return hessian;
    },
  };
}
