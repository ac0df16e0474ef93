import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";

/** [n, ..] to [n, size of the rest]. */
export function flatten(x: tf.Tensor): tf.Tensor2D {
  const { shape } = x;
  return differentiable<tf.Tensor2D>([x], () => ({
    value: tf.reshape(x, [shape[0]!, x.size / shape[0]!]),
    saved: [],
    gradient: (dy) => [tf.reshape(dy, shape)],
  }));
}
