import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "../data/data-set.ts";
import { meanPool } from "../models/operations/mean-pool.ts";
import { differentiable } from "../tfjs/differentiable.ts";
import { convolution } from "./convolution.ts";
import { dense } from "./dense.ts";
import type { ModelChoice } from "./model-layout.ts";

/**
 * The logits [n, classes] of images [n, height · width · channels] under the tensors of `modelLayout`, in its order.
 * Differentiable in the parameters, not in the images.
 */
export function forward(
  model: ModelChoice["model"],
  shape: ImageShape,
  parameters: readonly tf.Tensor[],
  images: tf.Tensor2D,
): tf.Tensor2D {
  const matrix = (at: number): tf.Tensor2D => ofRank<tf.Rank.R2>(parameters, at, 2);
  const vector = (at: number): tf.Tensor1D => ofRank<tf.Rank.R1>(parameters, at, 1);
  const filters = (at: number): tf.Tensor4D => ofRank<tf.Rank.R4>(parameters, at, 4);
  switch (model) {
    case "softmax":
      return dense(images, matrix(0), vector(1), { activation: "linear", isData: true });
    case "mlp": {
      const hidden = dense(images, matrix(0), vector(1), { activation: "relu", isData: true });
      return dense(hidden, matrix(2), vector(3), { activation: "linear", isData: false });
    }
    case "cnn": {
      const n = images.shape[0];
      const pictures = tf.reshape<tf.Rank.R4>(images, [n, shape.height, shape.width, shape.channels]);
      const first = meanPool(convolution(pictures, filters(0), vector(1), { isData: true }));
      const second = meanPool(convolution(first, filters(2), vector(3), { isData: false }));
      return dense(flatten(second), matrix(4), vector(5), { activation: "linear", isData: false });
    }
  }
}

/** [n, h, w, c] to [n, h · w · c], with a gradient of its own, so that none of tfjs's is needed. */
function flatten(x: tf.Tensor4D): tf.Tensor2D {
  const { shape } = x;
  return differentiable<tf.Tensor2D>([x], () => ({
    value: tf.reshape(x, [shape[0], x.size / shape[0]]),
    saved: [],
    gradient: (dy) => [tf.reshape(dy, shape)],
  }));
}

function ofRank<R extends tf.Rank>(parameters: readonly tf.Tensor[], at: number, rank: number): tf.Tensor<R> {
  const tensor = parameters[at];
  if (tensor?.rank !== rank) throw new RangeError(`expected tensor ${at} of rank ${rank}, got ${tensor?.rank ?? "none"}`);
  return tensor as tf.Tensor<R>;
}
