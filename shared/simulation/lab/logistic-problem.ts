import type { Samples } from "./libsvm.ts";
import type { Problem } from "./problem.ts";
import { partitionByLabel } from "./sample-partitions.ts";
import { type SampleLoss, sampleProblem } from "./sample-problem.ts";
import { addOuter, addRow, margin } from "./sample-rows.ts";

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
  const { rows, classes, classOf } = partitionByLabel(samples, workers);
  if (classes.length !== 2) throw new RangeError(`expected two labels, got ${classes.length}`);
  const sign = (row: number): number => 2 * classOf[row]! - 1;
  const loss: SampleLoss = {
    shape: [d],
    value: (row, x) => softplus(-sign(row) * margin(samples, row, x)),
    addGradient(target, row, { x, count }) {
      const slope = -sign(row) * sigmoid(-sign(row) * margin(samples, row, x));
      addRow(target, samples, row, { scale: slope / count });
    },
    addHessian(target, row, { x, count }) {
      const p = sigmoid(margin(samples, row, x));
      addOuter(target, samples, row, { scale: (p * (1 - p)) / count, base: 0, stride: d });
    },
  };
  return sampleProblem(rows, loss, { lambda });
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
