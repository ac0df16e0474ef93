import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type Activation, activate } from "../operations/activation.ts";
import { convolution } from "../operations/convolution.ts";
import { dense } from "../operations/dense.ts";
import { callOf, type Run, type StepMaker } from "./step.ts";

/** Steps of layers with a kernel and perhaps a bias. */
export const kernelSteps: Readonly<Record<string, StepMaker>> = {
  Dense(layer, { isData, then }) {
    const { activation, after } = activationOf(layer, then);
    return after(([x]) => {
      const [kernel, bias] = weightsOf<tf.Tensor2D>(layer);
      return dense(x!, kernel, bias, { activation, isData });
    });
  },
  Conv2D(layer, { isData, then }) {
    const { dataFormat, strides, padding, dilationRate } = layer.getConfig() as unknown as ConvolutionConfig;
    if (dataFormat !== "channelsLast" || (padding !== "same" && padding !== "valid")) return null;
    const { activation, after } = activationOf(layer, then);
    const options = { strides, pad: padding, dilations: dilationRate, activation, isData } as const;
    return after(([x]) => {
      const [kernel, bias] = weightsOf<tf.Tensor4D>(layer);
      return convolution(x as tf.Tensor4D, kernel, bias, options);
    });
  },
};

interface ConvolutionConfig {
  readonly dataFormat: string;
  readonly padding: string;
  readonly strides: readonly [number, number];
  readonly dilationRate: readonly [number, number];
}

function weightsOf<T extends tf.Tensor>(layer: tfl.layers.Layer): readonly [kernel: T, bias: tf.Tensor1D | null] {
  const [kernel, bias] = layer.weights;
  return [kernel!.read() as T, (bias?.read() as tf.Tensor1D | undefined) ?? null];
}

/** A layer's activation and what follows: what the operation does itself, and what goes after it. */
function activationOf(layer: tfl.layers.Layer, then: Activation): { activation: Activation; after: (run: Run) => Run } {
  const named = layer.getConfig()["activation"] as string;
  if (named === "relu" || named === "linear") return { activation: named === "relu" ? named : then, after: (run) => run };
  const own = callOf(tfl.layers.activation({ name: `${layer.name}_${named}`, activation: named as "tanh" }));
  const after =
    (run: Run): Run =>
    (inputs, isTraining) =>
      activate(own([run(inputs, isTraining)], isTraining), then);
  return { activation: "linear", after };
}
