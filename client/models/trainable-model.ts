import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { type Layout, layoutOf } from "../../shared/base/layout.ts";
import { layoutOfModel, variablesOf } from "./layout-of-model.ts";
import { setParameters } from "./model-parameters.ts";
import { penaltyOf } from "./penalty-of.ts";
import { type Forward, planOf } from "./plan/plan.ts";
import { type SeededNoise, seededNoise } from "./seeded-noise.ts";

/** A layers model as a trainer runs it: its weights as variables, and as places in one flat vector. */
export interface TrainableModel {
  /** The trained tensors, the model's statistics, then the task's. */
  readonly layout: Layout;
  /** In the layout's order. */
  readonly trainable: readonly tf.Variable[];
  readonly statistics: readonly tf.Variable[];
  readonly forward: Forward;
  /** What its layers' regularizers add to the loss; null where it has none. */
  readonly penalty: (() => tf.Scalar) | null;
  /** Where its dropout draws from. */
  readonly noise: SeededNoise;
  /** Sets all variables from a flat vector of the layout. O(d). */
  assign(parameters: Float32Array): void;
  dispose(): void;
}

/**
 * A model whose flat vector ends with `taskStatistics` numbers that the model does not know: those by which its samples are scaled.
 * @throws {RangeError} by the layer's name, if a layer cannot be trained
 */
export function trainableModel(
  model: tfl.LayersModel,
  { taskStatistics = 0, hasWeights = false }: { readonly taskStatistics?: number; readonly hasWeights?: boolean } = {},
): TrainableModel {
  const own = layoutOfModel(model, { hasWeights });
  const { trained, statistics } = variablesOf(model);
  return {
    layout: taskStatistics === 0 ? own : withStatistics(own, taskStatistics),
    trainable: trained,
    statistics,
    forward: planOf(model),
    penalty: penaltyOf(model),
    noise: seededNoise(model),
    assign: (parameters) => setParameters(model, own, parameters.subarray(0, parameters.length - taskStatistics)),
    dispose() {
      model.dispose();
      tf.dispose([...trained, ...statistics]);
    },
  };
}

function withStatistics(own: Layout, count: number): Layout {
  const { tensors, length } = layoutOf([...own.tensors, { name: "data/statistics", shape: [count] }]);
  return { tensors, length, statistics: (own.statistics ?? 0) + count };
}
