import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";
import { type Activation, beforeActivation } from "./activation.ts";

export interface DenseOptions {
  readonly activation: Activation;
  /** Whether x is data: then its gradient is not needed. */
  readonly isData: boolean;
}

/**
 * y = activation(x W + b): x [.., inputs], W [inputs, outputs], b [outputs] or none.
 *
 * The gradient is written out because tfjs's own for the fused product always computes dx, also where x is data, and does not
 * fuse a ReLU while gradients are computed: dW = xᵀ dz, db = Σ dz, dx = dz Wᵀ.
 */
export function dense(x: tf.Tensor, weights: tf.Tensor2D, bias: tf.Tensor1D | null, options: DenseOptions): tf.Tensor {
  const { activation, isData } = options;
  const [inputs, outputs] = weights.shape;
  const rows = x.size / inputs;
  const sent = [...x.shape.slice(0, -1), outputs];
  const given = [...(isData ? [] : [x]), weights, ...(bias === null ? [] : [bias])];
  return differentiable(given, () => {
    const a = tf.reshape<tf.Rank.R2>(x, [rows, inputs]);
    const y = product(a, weights, bias, activation);
    return {
      value: tf.reshape(y, sent),
      saved: activation === "relu" ? [a, weights, y] : [a, weights],
      gradient: (dy, [a, weights, y]) => {
        const dz = beforeActivation(tf.reshape<tf.Rank.R2>(dy, [rows, outputs]), y!, activation);
        const dx = isData ? [] : [tf.reshape(tf.matMul(dz, weights!, false, true), x.shape)];
        return [...dx, tf.matMul(a!, dz, true, false), ...(bias === null ? [] : [tf.sum(dz, 0)])];
      },
    };
  });
}

/** Straight to the kernel: `tf.fused` leaves the ReLU to an operation of its own while gradients are computed. */
function product(a: tf.Tensor2D, b: tf.Tensor2D, bias: tf.Tensor1D | null, activation: Activation): tf.Tensor2D {
  const [rows, inner] = a.shape;
  const columns = b.shape[1];
  const inputs = {
    a: tf.reshape(a, [1, rows, inner]),
    b: tf.reshape(b, [1, inner, columns]),
    ...(bias === null ? {} : { bias }),
  };
  const attrs = { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0 };
  return tf.reshape(tf.engine().runKernel(tf._FusedMatMul, inputs, attrs) as tf.Tensor, [rows, columns]);
}
