import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";
import { hasKernel, runKernel } from "../../tfjs/kernels/own-kernels.ts";
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
  const given = [...(isData ? [] : [x]), weights, ...(bias === null ? [] : [bias])];
  const hasKernels = hasKernel("CopseDense");
  return differentiable(given, () => {
    const y = hasKernels
      ? runKernel<tf.Tensor>("CopseDense", { x, weights, ...(bias === null ? {} : { bias }) }, { activation })
      : product(x, weights, bias, activation);
    return {
      value: y,
      saved: activation === "relu" ? [x, weights, y] : [x, weights],
      gradient: (dy, [x, weights, y]) => {
        const attrs = { activation, isData, hasBias: bias !== null };
        const inputs = { x: x!, weights: weights!, dy, ...(y === undefined ? {} : { y }) };
        return hasKernels ? runKernel<tf.Tensor[]>("CopseDenseGradient", inputs, attrs) : gradients(inputs, attrs);
      },
    };
  });
}

/** Straight to the kernel: `tf.fused` leaves the ReLU to an operation of its own while gradients are computed. */
function product(x: tf.Tensor, weights: tf.Tensor2D, bias: tf.Tensor1D | null, activation: Activation): tf.Tensor {
  const [inner, columns] = weights.shape;
  const a = tf.reshape(x, [1, x.size / inner, inner]);
  const inputs = { a, b: tf.reshape(weights, [1, inner, columns]), ...(bias === null ? {} : { bias }) };
  const attrs = { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0 };
  return tf.reshape(tf.engine().runKernel(tf._FusedMatMul, inputs, attrs) as tf.Tensor, [...x.shape.slice(0, -1), columns]);
}

interface Saved {
  readonly x: tf.Tensor;
  readonly weights: tf.Tensor;
  readonly dy: tf.Tensor;
  /** With a ReLU only. */
  readonly y?: tf.Tensor;
}

function gradients(
  { x, weights, dy, y }: Saved,
  { activation, isData, hasBias }: DenseOptions & { hasBias: boolean },
): tf.Tensor[] {
  const [inner, columns] = weights.shape as [number, number];
  const dz = tf.reshape<tf.Rank.R2>(y === undefined ? dy : beforeActivation(dy, y, activation), [dy.size / columns, columns]);
  const dW = tf.matMul(tf.reshape<tf.Rank.R2>(x, [x.size / inner, inner]), dz, true, false);
  const dx = isData ? [] : [tf.reshape(tf.matMul(dz, weights as tf.Tensor2D, false, true), x.shape)];
  return [...dx, dW, ...(hasBias ? [tf.sum(dz, 0)] : [])];
}
