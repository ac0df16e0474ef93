import * as tf from "@tensorflow/tfjs";

/** What is measured: a computation, and the floating-point operations in it. */
export interface KernelCase {
  readonly name: string;
  readonly shape: string;
  readonly operations: number;
  readonly run: () => tf.Tensor;
  readonly patches?: () => tf.Tensor;
  readonly hasStock: boolean;
}

/** Normal numbers, the same each time. */
export function draw(shape: number[]): tf.Tensor {
  return tf.randomNormal(shape, 0, 1, "float32", 1);
}
