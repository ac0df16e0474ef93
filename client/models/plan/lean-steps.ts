import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { activate } from "../operations/activation.ts";
import { add } from "../operations/add.ts";
import { flatten } from "../operations/flatten.ts";
import { meanPool } from "../operations/mean-pool.ts";
import { kernelSteps } from "./kernel-steps.ts";
import { normSteps } from "./norm-steps.ts";
import { callOf, type Run, type StepMaker, type StepOptions } from "./step.ts";

const otherSteps: Readonly<Record<string, StepMaker>> = {
  AveragePooling2D: meanPoolStep,
  Add(layer, { then }) {
    const call = callOf(layer);
    return (inputs, isTraining) => {
      const [a, b] = inputs as [tf.Tensor, tf.Tensor];
      const isPair = inputs.length === 2 && a.shape.join() === b.shape.join();
      return isPair ? add(a, b, then) : activate(call(inputs, isTraining), then);
    };
  },
  Flatten(_, { isData, then }) {
    return ([x]) => activate(isData ? tf.reshape(x!, [x!.shape[0]!, -1]) : flatten(x!), then);
  },
};

const makers: Readonly<Record<string, StepMaker>> = { ...kernelSteps, ...normSteps, ...otherSteps };

/** How a plan runs a layer that it knows, by its class; null: by the layer's own `call`. What is frozen is left to tfjs. */
export function leanStep(layer: tfl.layers.Layer, options: StepOptions): Run | null {
  const name = layer.getClassName();
  return Object.hasOwn(makers, name) && layer.trainable ? makers[name]!(layer, options) : null;
}

/** Whether a layer is max(0, x), which the step before it may take over. */
export function isReLU(layer: tfl.layers.Layer): boolean {
  const { activation, maxValue } = layer.getConfig();
  const name = layer.getClassName();
  return (name === "Activation" && activation === "relu") || (name === "ReLU" && maxValue == null);
}

function meanPoolStep(layer: tfl.layers.Layer, { then }: StepOptions): Run | null {
  const { poolSize, strides, dataFormat } = layer.getConfig() as Record<string, unknown>;
  const isHalving = [poolSize, strides].flat().every((side) => side === 2) && dataFormat === "channelsLast";
  if (!isHalving) return null;
  const call = callOf(layer);
  return (inputs, isTraining) => {
    const [, height, width] = inputs[0]!.shape;
    const isEven = height! % 2 === 0 && width! % 2 === 0;
    return activate(isEven ? meanPool(inputs[0] as tf.Tensor4D) : call(inputs, isTraining), then);
  };
}
