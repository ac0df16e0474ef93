import type { Samples } from "./libsvm.ts";
import type { Problem } from "./problem.ts";
import { addOuter, addRow, margin, ridge } from "./sample-rows.ts";
import { shareByLabel } from "./sample-shares.ts";

/**
 * Logistic regression, one feature a coordinate: f_i(x) = mean over worker i's samples of log(1 + exp(−y·aᵀx)) + (λ/2)‖x‖²,
 * y = −1 for the smaller label (−1 or 1) and +1 for the larger. Sorted by label, then split: the workers' optima differ.
 * Strongly convex with μ ≥ λ. O(entries) a value or a gradient of all workers.
 * @throws {RangeError} unless there are two labels and a sample for each worker
 */
export function logisticProblem(
  samples: Samples,
  { workers, lambda }: { readonly workers: number; readonly lambda: number },
): Problem {
  const { features: d } = samples;
  const { rows, classes, classOf } = shareByLabel(samples, workers);
  if (classes.length !== 2) throw new RangeError(`expected two labels, got ${classes.length}`);
  const sign = (row: number): number => 2 * classOf[row]! - 1;
  return {
    shape: [d],
    dimension: d,
    workers,
    start: new Float32Array(d),
    value(x) {
      let sum = 0;
      for (const own of rows) {
        let losses = 0;
        for (const row of own) losses += softplus(-sign(row) * margin(samples, row, x));
        sum += losses / own.length;
      }
      return sum / workers + ridge(x, lambda);
    },
    gradient(worker, x) {
      const own = rows[worker]!;
      const gradient = new Float64Array(d);
      for (const row of own) {
        const slope = -sign(row) * sigmoid(-sign(row) * margin(samples, row, x));
        addRow(gradient, samples, row, { scale: slope / own.length });
      }
      for (let j = 0; j < d; j += 1) gradient[j]! += lambda * x[j]!;
      return gradient;
    },
    hessian(x) {
      const hessian = new Float64Array(d * d);
      for (const own of rows) {
        for (const row of own) {
          const p = sigmoid(margin(samples, row, x));
          addOuter(hessian, samples, row, { scale: (p * (1 - p)) / own.length / workers, base: 0, stride: d });
        }
      }
      for (let j = 0; j < d; j += 1) hessian[j * d + j]! += lambda;
      return hessian;
    },
  };
}

/** 1 / (1 + exp(−t)), without overflow. */
function sigmoid(t: number): number {
  const small = Math.exp(-Math.abs(t));
  return (t >= 0 ? 1 : small) / (1 + small);
}

/** log(1 + exp(t)), without overflow. */
function softplus(t: number): number {
  return Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
}
