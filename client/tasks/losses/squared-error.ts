import * as tf from "@tensorflow/tfjs-core";

/** Mean of (y − t)² over n rows: outputs y [n, 1], targets t [n]. */
export function squaredError(outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tf.mean(tf.square(tf.sub(tf.reshape(outputs, targets.shape), targets))) as tf.Scalar;
}
