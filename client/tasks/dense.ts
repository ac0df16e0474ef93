import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../tfjs/differentiable.ts";

export interface DenseOptions {
  /** The function after the affine map: the identity, or max(0, ·). */
  readonly activation: "linear" | "relu";
  /** Whether x is data: then its gradient is not needed. */
  readonly isData: boolean;
}

/**
 * y = activation(x W + b): x [n, inputs], W [inputs, outputs], b [outputs].
 *
 * The gradient is written out because tfjs's own for the fused product always computes dx, also where x is data, and
 * because its wasm kernel falls back to a slow loop when told to transpose: dW = xᵀ dz, db = Σ dz, dx = dz Wᵀ.
 */
export function dense(x: tf.Tensor2D, weights: tf.Tensor2D, bias: tf.Tensor1D, options: DenseOptions): tf.Tensor2D {
  const { activation, isData } = options;
  return differentiable<tf.Tensor2D>(isData ? [weights, bias] : [x, weights, bias], () => {
    const y = tf.fused.matMul({ a: x, b: weights, bias, activation }) as tf.Tensor2D;
    return {
      value: y,
      saved: [x, weights, y],
      gradient: (dy, [x, weights, y]) => {
        const dz = activation === "relu" ? tf.mul<tf.Tensor2D>(dy, tf.step(y!)) : dy;
        const gradients = [tf.matMul(tf.transpose(x!), dz), tf.sum(dz, 0)];
        return isData ? gradients : [tf.matMul(dz, tf.transpose(weights!)), ...gradients];
      },
    };
  });
}
