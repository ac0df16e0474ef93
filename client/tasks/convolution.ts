import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../tfjs/differentiable.ts";
import { filterGradient } from "../tfjs/filter-gradient.ts";

/**
 * y = relu(x ∗ W + b), stride 1, "same" padding: x [n, h, w, inputs], W [k, k, inputs, outputs] with k odd, b [outputs].
 *
 * The gradients are built from kernels that are fast on every backend: dW by `filterGradient`, db = Σ dz, dx = dz ∗ W turned by
 * half a turn. For 32 images of 14×14×8 and 16 filters of 3×3 on wasm dx takes 0.9 ms so, where `conv2dTranspose` takes 6.9 ms.
 * If x is data, its gradient is not computed.
 */
export function convolution(
  x: tf.Tensor4D,
  filters: tf.Tensor4D,
  bias: tf.Tensor1D,
  { isData }: { readonly isData: boolean },
): tf.Tensor4D {
  const shape = filters.shape;
  return differentiable<tf.Tensor4D>(isData ? [filters, bias] : [x, filters, bias], () => {
    const y = tf.fused.conv2d({ x, filter: filters, bias, activation: "relu", strides: 1, pad: "same" });
    return {
      value: y,
      saved: [x, filters, y],
      gradient: (dy, [x, filters, y]) => {
        const dz = tf.mul<tf.Tensor4D>(dy, tf.step(y!));
        const placement = { strides: 1, pad: "same", dilations: 1 } as const;
        const gradients = [filterGradient(x as tf.Tensor4D, dz, [shape[0], shape[1]], placement), tf.sum(dz, [0, 1, 2])];
        return isData ? gradients : [tf.conv2d(dz, halfTurn(filters as tf.Tensor4D), 1, "same"), ...gradients];
      },
    };
  });
}

/** W[k−1−i, k−1−j, o, c]: the filters of the transposed convolution, by which dx is computed. */
function halfTurn(filters: tf.Tensor4D): tf.Tensor4D {
  return tf.transpose(tf.reverse<tf.Tensor4D>(filters, [0, 1]), [0, 1, 3, 2]);
}
