import * as tf from "@tensorflow/tfjs-core";

/**
 * [a, b, c] of the polynomials aσ + bσ³ + cσ⁵ that, one after the other, bring each σ in [0.003, 1] to 1 ± 0.005: each of them the nearest
 * to 1 on the interval that those before leave (Remez; the construction is that of Amsel et al. 2025). A σ below 0.003 grows, to at most 1.
 */
const polynomials = [
  [8.383674, -24.765906, 18.357082],
  [4.04342, -3.011405, 0.569512],
  [3.505571, -2.626654, 0.525719],
  [2.490116, -1.834275, 0.436835],
  [1.917776, -1.29675, 0.379705],
] as const;

/** Below it a matrix counts as zero: its direction is rounding. */
const leastNorm = 1e-20;

/**
 * About UVᵀ of X = UΣVᵀ, by five Newton–Schulz steps: |σ − 1| ≤ 0.005 for singular values of at least 0.003‖X‖_F. Zero stays zero. Runs
 * inside a tidy. O(max(m, n)·min(m, n)²).
 */
export function orthogonalized(x: tf.Tensor2D): tf.Tensor2D {
  const isTall = x.shape[0] > x.shape[1];
  const norm = tf.maximum(tf.sqrt(tf.sum(tf.square(x))), leastNorm);
  let y = tf.div<tf.Tensor2D>(isTall ? tf.transpose(x) : x, norm);
  for (const [a, b, c] of polynomials) {
    const gram = tf.matMul(y, y, false, true);
    const both = tf.add<tf.Tensor2D>(tf.mul(gram, b), tf.mul(tf.matMul(gram, gram), c));
    y = tf.add<tf.Tensor2D>(tf.mul(y, a), tf.matMul(both, y));
  }
  return isTall ? tf.transpose(y) : y;
}
