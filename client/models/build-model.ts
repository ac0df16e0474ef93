import type { ModelShape } from "./model-method.ts";
import { modelOf } from "./model-of.ts";
import { type TrainableModel, trainableModel } from "./trainable-model.ts";

/**
 * The model that a run names, for data of this shape.
 * @param taskStatistics numbers at the end of its flat vector by which the task scales its samples
 * @throws {SchemeError} (as a rejection) if the text names no model
 * @throws {RangeError} (as a rejection) if the model does not fit the data
 */
export async function buildModel(text: string, shape: ModelShape, taskStatistics = 0): Promise<TrainableModel> {
  return trainableModel(await modelOf(text).build(shape), { taskStatistics });
}
