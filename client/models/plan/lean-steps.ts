import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { activate } from "../operations/activation.ts";
import { convolution } from "../operations/convolution.ts";
import { dense } from "../operations/dense.ts";
import { flatten } from "../operations/flatten.ts";
import { meanPool } from "../operations/mean-pool.ts";
import { callOf, type Run, type StepMaker, type StepOptions } from "./step.ts";

/** By the class of the layer. */
const makers: Readonly<Record<string, StepMaker>> = {
  Dense: denseStep,
  Conv2D: convolutionStep,
  AveragePooling2D: meanPoolStep,
  Flatten:
    () =>
    ([x]) =>
      flatten(x!),
  Activation: activationStep,
  ReLU: (layer) => (layer.getConfig()["maxValue"] == null ? ([x]) => activate(x!, "relu") : null),
};

/** How a plan runs a layer that it knows; null: by the layer's own `call`. */
export function leanStep(layer: tfl.layers.Layer, options: StepOptions): Run | null {
  const name = layer.getClassName();
  // What is frozen needs no gradient; that is left to tfjs.
  if (!Object.hasOwn(makers, name) || layer.trainableWeights.length !== layer.weights.length) return null;
  return makers[name]!(layer, options);
}

function denseStep(layer: tfl.layers.Layer, { isData }: StepOptions): Run | null {
  const { activation, after } = activationOf(layer);
  const [kernel, bias] = layer.weights;
  return after(([x]) =>
    dense(x!, kernel!.read() as tf.Tensor2D, (bias?.read() as tf.Tensor1D | undefined) ?? null, { activation, isData }),
  );
}

function convolutionStep(layer: tfl.layers.Layer, { isData }: StepOptions): Run | null {
  const { dataFormat, strides, padding, dilationRate } = layer.getConfig() as unknown as ConvolutionConfig;
  if (dataFormat !== "channelsLast" || (padding !== "same" && padding !== "valid")) return null;
  const { activation, after } = activationOf(layer);
  const [kernel, bias] = layer.weights;
  const options = { strides, pad: padding, dilations: dilationRate, activation, isData } as const;
  return after(([x]) =>
    convolution(x as tf.Tensor4D, kernel!.read() as tf.Tensor4D, (bias?.read() as tf.Tensor1D | undefined) ?? null, options),
  );
}

interface ConvolutionConfig {
  readonly dataFormat: string;
  readonly padding: string;
  readonly strides: readonly [number, number];
  readonly dilationRate: readonly [number, number];
}

function meanPoolStep(layer: tfl.layers.Layer): Run | null {
  const { poolSize, strides, dataFormat } = layer.getConfig() as Record<string, unknown>;
  const isHalving = [poolSize, strides].flat().every((side) => side === 2) && dataFormat === "channelsLast";
  if (!isHalving) return null;
  const call = callOf(layer);
  return (inputs, isTraining) => {
    const [, height, width] = inputs[0]!.shape;
    const isEven = height! % 2 === 0 && width! % 2 === 0;
    return isEven ? meanPool(inputs[0] as tf.Tensor4D) : call(inputs, isTraining);
  };
}

function activationStep(layer: tfl.layers.Layer): Run | null {
  return layer.getConfig()["activation"] === "relu" ? ([x]) => activate(x!, "relu") : null;
}

/** A layer's activation: what the operation before it does, and what goes after it. */
function activationOf(layer: tfl.layers.Layer): { activation: "linear" | "relu"; after: (run: Run) => Run } {
  const named = layer.getConfig()["activation"] as string;
  if (named === "linear" || named === "relu") return { activation: named, after: (run) => run };
  const own = tfl.layers.activation({ name: `${layer.name}_${named}`, activation: named as "tanh" });
  const then = leanStep(own, { isData: false }) ?? callOf(own);
  return { activation: "linear", after: (run) => (inputs, isTraining) => then([run(inputs, isTraining)], isTraining) };
}
