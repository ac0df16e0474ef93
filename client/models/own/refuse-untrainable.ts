import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { eachLayer } from "../each-layer.ts";
import { ModelError } from "./model-error.ts";

/**
 * Refuses what a layer asks of training that is not done here: constraints (a sum of updates would leave them), regularizers that tfjs
 * does not apply, as those of cells, and dropout inside of cells (its masks cannot be seeded).
 * @throws {ModelError} by the layer's name
 */
export function refuseUntrainable(model: tfl.LayersModel): void {
  for (const layer of eachLayer(model)) {
    const config = layer.getConfig();
    const named = (ending: RegExp): readonly string[] =>
      Object.keys(config).filter((key) => ending.test(key) && config[key] != null);
    const refuse = (problem: string): never => {
      throw new ModelError(`layer ${layer.name} (${layer.getClassName()}): expected ${problem}`);
    };
    const [constraint] = named(/Constraint$/);
    if (constraint !== undefined) refuse(`no constraint, which a sum of updates does not keep, got ${constraint}`);
    const regularizers = named(/(?<!activity)Regularizer$/);
    if (layer.trainable && tf.tidy(() => layer.calculateLosses().length) < regularizers.length)
      refuse(`regularizers that tfjs applies, got ${regularizers.join(", ")}`);
    const rate = named(/^(recurrentDropout|dropout)$/).find((key) => config[key] !== 0);
    if (rate !== undefined) refuse(`dropout as a layer of its own, got ${rate} ${String(config[rate])}`);
  }
}
