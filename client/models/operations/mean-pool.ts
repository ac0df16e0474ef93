import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";

/**
 * The mean of each 2×2 square: [n, h, w, c] with even sides to [n, h/2, w/2, c].
 * dx is dy/4 spread over the square: four times faster on wasm than tfjs's own kernel for it.
 */
export function meanPool(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return differentiable<tf.Tensor4D>([x], () => ({
    value: tf.avgPool(x, 2, 2, "valid"),
    saved: [],
    gradient: (dy) => [tf.image.resizeNearestNeighbor(tf.mul<tf.Tensor4D>(dy, 0.25), [height, width])],
  }));
}
