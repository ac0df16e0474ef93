import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { eachLayer } from "./each-layer.ts";

/** The sum of what the regularizers of a model's weights add to the loss, differentiable in the weights; null where there are none. */
export function penaltyOf(model: tfl.LayersModel): (() => tf.Scalar) | null {
  // A model inside the model adds up the losses of its own layers.
  const layers = eachLayer(model).filter((layer) => !("layers" in layer) && layer.trainable);
  const regularized = layers.filter((layer) => tf.tidy(() => layer.calculateLosses().length) > 0);
  if (regularized.length === 0) return null;
  return () => tf.tidy(() => tf.addN(regularized.flatMap((layer) => layer.calculateLosses())));
}
