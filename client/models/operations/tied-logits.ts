import * as tf from "@tensorflow/tfjs-core";

/** h · tableᵀ: h [n, length, width], table [vocabulary, width]. */
export function tiedLogits(h: tf.Tensor3D, table: tf.Tensor2D): tf.Tensor3D {
  const [n, length, width] = h.shape;
  const logits = tf.matMul(tf.reshape(h, [n * length, width]), table, false, true);
  return tf.reshape(logits, [n, length, table.shape[0]]);
}
