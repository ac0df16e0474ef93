import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";
import { hasKernel, runKernel } from "../../tfjs/kernels/own-kernels.ts";

/**
 * Mean of log Σⱼ exp zⱼ − z_label over all rows: logits z […, classes], labels […] of whole numbers below `classes`.
 * Shifted by the row's maximum, so no finite logit overflows. dz = (softmax(z) − onehot(label)) · dy / n.
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  const { shape } = logits;
  const classes = shape.at(-1)!;
  const rows = logits.size / classes;
  if (hasKernel("CopseCrossEntropy") && labels.dtype === "int32")
    return differentiable<tf.Scalar>([logits], () => {
      const [value, dz] = runKernel<[tf.Scalar, tf.Tensor]>("CopseCrossEntropy", { z: logits, labels });
      return { value, saved: [dz], gradient: (dy, [dz]) => [tf.mul(dz!, tf.div(dy, rows))] };
    });
  return differentiable<tf.Scalar>([logits], () => {
    const z = tf.reshape<tf.Rank.R2>(logits, [rows, classes]);
    // As whole numbers first: the wasm kernel for floats writes the bits of the whole number 1.
    const targets = tf.cast(tf.oneHot(tf.reshape<tf.Rank.R1>(labels, [rows]), classes), "float32");
    const shifted = tf.sub<tf.Tensor2D>(z, tf.max(z, 1, true));
    const logSums = tf.sum(tf.log(tf.sum(tf.exp(shifted), 1)));
    return {
      value: tf.div<tf.Scalar>(tf.sub(logSums, tf.sum(tf.mul(shifted, targets))), rows),
      saved: [shifted, targets],
      gradient: (dy, [shifted, targets]) => [tf.reshape(tf.mul(tf.sub(tf.softmax(shifted!), targets!), tf.div(dy, rows)), shape)],
    };
  });
}
