import * as tf from "@tensorflow/tfjs";
import { differentiable } from "./differentiable.ts";

/**
 * y = x ∗ W, stride 1, "same" padding: x [n, h, w, inputs], W [k, k, inputs, outputs] with k odd.
 *
 * The filter gradient is k² matrix products of shifted slices, dW[i,j] = x[·, ·+i, ·+j]ᵀ dy, because tfjs has no such
 * kernel on wasm and a slow one elsewhere. Where x is data its own gradient is not computed.
 */
export function convolution(x: tf.Tensor4D, filters: tf.Tensor4D, { isData }: { readonly isData: boolean }): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(isData ? [filters] : [x, filters], () => ({
    value: tf.conv2d(x, filters, 1, "same"),
    saved: [x],
    gradient: (dy, [saved]) => {
      const x = saved as tf.Tensor4D;
      const gradient = filterGradient(x, dy, filters.shape);
      return isData ? [gradient] : [tf.conv2dTranspose(dy, filters, x.shape, 1, "same"), gradient];
    },
  }));
}

function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, shape: readonly [number, number, number, number]): tf.Tensor4D {
  const [side, , inputs, outputs] = shape;
  const [n, height, width] = dy.shape;
  const margin = (side - 1) / 2;
  const places = n * height * width;
  const padded = tf.pad(x, [
    [0, 0],
    [margin, margin],
    [margin, margin],
    [0, 0],
  ]);
  // One transposition of dy serves all k² products; those of the products themselves are tiny.
  const dyTransposed = tf.transpose(tf.reshape(dy, [places, outputs]));
  const products: tf.Tensor[] = [];
  for (let i = 0; i < side; i += 1) {
    for (let j = 0; j < side; j += 1) {
      const shifted = tf.reshape<tf.Rank.R2>(tf.slice(padded, [0, i, j, 0], [n, height, width, inputs]), [places, inputs]);
      products.push(tf.transpose(tf.matMul(dyTransposed, shifted)));
    }
  }
  return tf.reshape(tf.stack(products), [side, side, inputs, outputs]);
}
