import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../tfjs/differentiable.ts";

/**
 * Mean of log Σⱼ exp zⱼ − z_label over n rows: logits z [n, classes], targets [n, classes] one-hot.
 * Shifted by the row's maximum, so no finite logit overflows. dz = (softmax(z) − targets) · dy / n.
 */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  const n = logits.shape[0];
  return differentiable<tf.Scalar>([logits], () => {
    const shifted = tf.sub<tf.Tensor2D>(logits, tf.max(logits, 1, true));
    const logSums = tf.sum(tf.log(tf.sum(tf.exp(shifted), 1)));
    return {
      value: tf.div<tf.Scalar>(tf.sub(logSums, tf.sum(tf.mul(shifted, targets))), n),
      saved: [shifted, targets],
      gradient: (dy, [shifted, targets]) => [tf.mul(tf.sub(tf.softmax(shifted!), targets!), tf.div(dy, n))],
    };
  });
}
