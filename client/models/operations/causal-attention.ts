import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";
import { hasKernel, runKernel } from "../../tfjs/kernels/own-kernels.ts";

/** What a token gives to those after it, before the softmax: finite, so that no NaN comes of it. */
const unseen = -1e9;

/** softmax(QKᵀ/√d + mask) V: of queries, keys and values [n, tokens, 3 · heads · d], side by side, [n, tokens, heads · d]. */
export function causalAttention(sent: tf.Tensor3D, heads: number): tf.Tensor3D {
  if (!hasKernel("CopseAttention")) return composed(sent, heads);
  return differentiable<tf.Tensor3D>([sent], () => {
    const [y, p] = runKernel<[tf.Tensor3D, tf.Tensor4D]>("CopseAttention", { sent }, { heads });
    return {
      value: y,
      saved: [sent, y, p],
      gradient: (dy, [sent, y, p]) => [runKernel("CopseAttentionGradient", { sent: sent!, dy, y: y!, p: p! }, { heads })],
    };
  });
}

/** The same by operations of tfjs. */
function composed(sent: tf.Tensor3D, heads: number): tf.Tensor3D {
  const [n, length, all] = sent.shape;
  const width = all / 3;
  const size = width / heads;
  // [3, n, heads, length, size]
  const parts = tf.transpose(tf.reshape(sent, [n, length, 3, heads, size]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(tf.reshape(parts, [3, n * heads, length, size])) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(size));
  // [n · heads, length, length]
  const seen = tf.softmax(tf.add(scores, maskOf(length)));
  const out = tf.reshape(tf.matMul(seen, v), [n, heads, length, size]);
  return tf.reshape(tf.transpose(out, [0, 2, 1, 3]), [n, length, width]);
}

/** 0 where the column is at most the row, else `unseen`. */
function maskOf(length: number): tf.Tensor2D {
  const mask = Float32Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? unseen : 0));
  return tf.tensor2d(mask, [length, length]);
}
