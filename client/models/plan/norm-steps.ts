import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { hasKernel } from "../../tfjs/kernels/own-kernels.ts";
import { GroupNormalization } from "../layers/group-normalization.ts";
import { activate } from "../operations/activation.ts";
import { normalize, type OnMoments } from "../operations/normalize.ts";
import { callOf, type StepMaker } from "./step.ts";

/** Steps of layers that normalize. Those of tfjs go on where the backend has no kernel of ours. */
export const normSteps: Readonly<Record<string, StepMaker>> = {
  [GroupNormalization.className](layer, { then }) {
    const { groups, epsilon } = layer as GroupNormalization;
    return ([x]) => {
      const [gamma, beta] = weightsOf(layer);
      return normalize(x!, gamma!, beta!, { samples: x!.shape[0]!, groups, epsilon, activation: then });
    };
  },
  LayerNormalization(layer, { then }) {
    const { axis, epsilon, scale, center } = layer.getConfig() as unknown as NormConfig;
    const axes = [axis].flat();
    if (axes.length !== 1 || scale === false || center === false) return null;
    const call = callOf(layer);
    return (inputs, isTraining) => {
      const x = inputs[0]!;
      const isLast = axes[0] === -1 || axes[0] === x.rank - 1;
      if (!isLast || !hasKernel("CopseNormalize")) return activate(call(inputs, isTraining), then);
      const [gamma, beta] = weightsOf(layer);
      return normalize(x, gamma!, beta!, { samples: x.size / x.shape.at(-1)!, groups: 1, epsilon, activation: then });
    };
  },
  BatchNormalization(layer, { then }) {
    const { axis, epsilon, momentum, scale, center } = layer.getConfig() as unknown as NormConfig;
    if (scale === false || center === false) return null;
    const call = callOf(layer);
    const onMoments: OnMoments = (means, variances) => {
      const [, , mean, variance] = layer.weights;
      move(mean!, means, momentum);
      move(variance!, variances, momentum);
    };
    return (inputs, isTraining) => {
      const x = inputs[0]!;
      const isLast = axis === -1 || axis === x.rank - 1;
      if (!isTraining || !isLast || !hasKernel("CopseNormalize")) return activate(call(inputs, isTraining), then);
      const [gamma, beta] = weightsOf(layer);
      const options = { samples: 1, groups: x.shape.at(-1)!, epsilon, activation: then };
      return normalize(x, gamma!, beta!, options, onMoments);
    };
  },
};

interface NormConfig {
  readonly axis: number | readonly number[];
  readonly epsilon: number;
  readonly momentum: number;
  readonly scale: boolean;
  readonly center: boolean;
}

function weightsOf(layer: tfl.layers.Layer): readonly tf.Tensor1D[] {
  return layer.weights.map((weight) => weight.read() as tf.Tensor1D);
}

/** m ← m − (1 − momentum)(m − taken), as tfjs rounds it. */
function move(moving: tfl.LayerVariable, taken: tf.Tensor2D, momentum: number): void {
  tf.tidy(() => {
    const before = moving.read();
    moving.write(tf.sub(before, tf.mul(tf.sub(before, tf.reshape(taken, before.shape)), 1 - momentum)));
  });
}
