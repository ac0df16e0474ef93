import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { Activation } from "../operations/activation.ts";

/** What a layer computes of its inputs, which are as many as it is called with. */
export type Run = (inputs: readonly tf.Tensor[], isTraining: boolean) => tf.Tensor;

export interface StepOptions {
  /** Whether no input depends on a weight that is trained: then their gradients are not needed. */
  readonly isData: boolean;
  /** What follows the layer, and is part of its step. */
  readonly then: Activation;
}

/** A layer's work by operations of ours; null where it asks for what they do not do. */
export type StepMaker = (layer: tfl.layers.Layer, options: StepOptions) => Run | null;

/** A layer's work by its own `call`. Statistics of a frozen layer stay as they are. A model that is a layer gives a list of its one output. */
export function callOf(layer: tfl.layers.Layer, callArgs: object = {}): Run {
  return (inputs, isTraining) => {
    const given = inputs.length === 1 ? inputs[0]! : [...inputs];
    const value = layer.call(given, { ...callArgs, training: isTraining && layer.trainable });
    return Array.isArray(value) ? value[0]! : value;
  };
}
