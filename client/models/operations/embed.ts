import * as tf from "@tensorflow/tfjs-core";

/** For tokens [n, length], the sum of each one's row of `table` [vocabulary, width] and that of its place in `positions` [context, width]. */
export function embed(tokens: tf.Tensor2D, table: tf.Tensor2D, positions: tf.Tensor2D): tf.Tensor3D {
  const [n, length] = tokens.shape;
  const width = table.shape[1];
  const indices = tf.cast(tf.reshape(tokens, [n * length]), "int32");
  const places = tf.slice(positions, [0, 0], [length, width]);
  return tf.add(tf.reshape(tf.gather(table, indices), [n, length, width]), places);
}
