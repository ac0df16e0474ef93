import type { Samples } from "./libsvm.ts";
import type { Problem } from "./problem.ts";
import { partitionByLabel } from "./sample-partitions.ts";
import { type SampleLoss, sampleProblem } from "./sample-problem.ts";
import { addOuter, addRow, margin } from "./sample-rows.ts";

/** More distinct labels than this are measurements, not classes. */
const maxClasses = 1000;

/**
 * Softmax regression, x being W, classes × features: f_i = mean over worker i's samples of log Σ_c exp(W_c·a) − W_y·a, plus
 * (λ/2)‖W‖². Sorted by label, then split. Strongly convex with μ ≥ λ. O(classes · entries) a value or a gradient of all workers.
 * @throws {RangeError} unless there are 2 to 1,000 labels and a sample for each worker
 */
export function softmaxProblem(
  samples: Samples,
  { workers, lambda }: { readonly workers: number; readonly lambda: number },
): Problem {
  const { features } = samples;
  const { rows, classes, classOf } = partitionByLabel(samples, workers);
  if (classes.length < 2 || classes.length > maxClasses)
    throw new RangeError(`expected 2 to ${maxClasses} labels, got ${classes.length}`);
  const d = classes.length * features;
  const scores = (row: number, x: ArrayLike<number>): Float64Array => {
    const z = new Float64Array(classes.length);
    for (let c = 0; c < z.length; c += 1) z[c] = margin(samples, row, x, c * features);
    return z;
  };
  const loss: SampleLoss = {
    shape: [classes.length, features],
    value(row, x) {
      const z = scores(row, x);
      return logSumExp(z) - z[classOf[row]!]!;
    },
    addGradient(target, row, { x, count }) {
      const p = softmax(scores(row, x));
      p[classOf[row]!]! -= 1;
      for (let c = 0; c < p.length; c += 1) addRow(target, samples, row, { scale: p[c]! / count, base: c * features });
    },
    addHessian(target, row, { x, count }) {
      const p = softmax(scores(row, x));
      for (let a = 0; a < p.length; a += 1) {
        for (let b = 0; b < p.length; b += 1) {
          const scale = (p[a]! * ((a === b ? 1 : 0) - p[b]!)) / count;
          addOuter(target, samples, row, { scale, base: a * features * d + b * features, stride: d });
        }
      }
    },
  };
  return sampleProblem(rows, loss, { lambda });
}

/** log Σ exp(z_c), without overflow. */
function logSumExp(z: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < z.length; c += 1) largest = Math.max(largest, z[c]!);
  let sum = 0;
  for (let c = 0; c < z.length; c += 1) sum += Math.exp(z[c]! - largest);
  return largest + Math.log(sum);
}

/** exp(z_c) / Σ exp(z). */
function softmax(z: Float64Array): Float64Array {
  const total = logSumExp(z);
  const p = new Float64Array(z.length);
  for (let c = 0; c < p.length; c += 1) p[c] = Math.exp(z[c]! - total);
  return p;
}
