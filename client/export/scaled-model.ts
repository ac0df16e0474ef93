import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { TaskName } from "../../shared/run/tasks.ts";
import { type Scaling, scalingOf } from "../tasks/samples/standardize.ts";

/** Names of the layers round a model of rows. */
export const scaleInputs = "copse_scale_inputs";
export const scaleOutput = "copse_scale_output";

/**
 * A model that takes a task's raw features, and of a regression gives numbers in the column's own unit: z = (x − shift) / scale before
 * it, y · scale + shift behind it, both as frozen stock layers. The model itself where the task has no statistics.
 * @param statistics the task's, as they end the flat vector: means of the features and the target, then of their squares, each apart
 */
export function scaledModel(model: tfl.LayersModel, task: TaskName, statistics: Float32Array): tfl.LayersModel {
  if (statistics.length === 0) return model;
  const isRegression = task === "regression";
  const width = model.inputs[0]!.shape.at(-1)!;
  const inputs = tfl.input({ shape: [width] });
  const before = tfl.layers.batchNormalization({ name: scaleInputs, center: false, scale: false, epsilon: 0, trainable: false });
  let outputs = model.apply(before.apply(inputs)) as tfl.SymbolicTensor;
  setWeights(before, inputScaling(scalingOf(statistics.subarray(0, 2 * width))));
  if (isRegression) {
    const behind = tfl.layers.dense({ name: scaleOutput, units: 1, trainable: false });
    outputs = behind.apply(outputs) as tfl.SymbolicTensor;
    const { shifts, scales } = scalingOf(statistics.subarray(2 * width));
    setWeights(behind, [
      { values: scales, shape: [1, 1] },
      { values: shifts, shape: [1] },
    ]);
  }
  return tfl.model({ inputs, outputs });
}

interface Weight {
  readonly values: Float32Array;
  readonly shape: number[];
}

function inputScaling({ shifts, scales }: Scaling): readonly Weight[] {
  const shape = [shifts.length];
  return [
    { values: shifts, shape },
    { values: scales.map((scale) => scale * scale), shape },
  ];
}

function setWeights(layer: tfl.layers.Layer, weights: readonly Weight[]): void {
  tf.tidy(() => layer.setWeights(weights.map(({ values, shape }) => tf.tensor(values, shape))));
}
