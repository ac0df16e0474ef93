import type { ModelShape } from "./model-method.ts";
import { modelOf } from "./model-of.ts";
import type { OwnModel } from "./own/own-model.ts";
import { type TrainableModel, trainableModel } from "./trainable-model.ts";

interface BuildOptions {
  /** Numbers at the end of its flat vector by which the task scales its samples; none where absent. */
  readonly taskStatistics?: number;
  /** The model, where the run's is a person's own: then text and shape say nothing. Trained without a softmax at its end. */
  readonly own?: OwnModel | null;
}

/**
 * The model that a run names, for data of this shape.
 * @throws {SchemeError} (as a rejection) if the text names no model
 * @throws {RangeError} (as a rejection) if the model does not fit the data
 * @throws {ModelError} (as a rejection) if tfjs cannot load an own model
 */
export async function buildModel(
  text: string,
  shape: ModelShape,
  { taskStatistics = 0, own = null }: BuildOptions = {},
): Promise<TrainableModel> {
  if (own === null) return trainableModel(await modelOf(text).build(shape), { taskStatistics });
  const { loadLayers } = await import("./own/load-layers.ts");
  const { withoutSoftmax } = await import("./own/without-softmax.ts");
  return trainableModel(await loadLayers(withoutSoftmax(own.topology), own.weights), { taskStatistics, hasWeights: true });
}
