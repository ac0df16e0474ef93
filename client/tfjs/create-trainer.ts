import * as tf from "@tensorflow/tfjs-core";
import type { DataSet } from "../data/data-set.ts";
import type { BackendName } from "./on-backend.ts";
import { currentBackend, onBackend, type TurnOptions } from "./on-backend.ts";
import { TensorTrainer, type TrainerConfig } from "./tensor-trainer.ts";

/**
 * A trainer for this peer's data, its parameters all zero until they are loaded.
 * @param backend the tfjs backend to train on, as `chooseBackend` found it; the current one if left out
 * @param turn the limit of each of its tasks
 * @throws {TrainingError} if the backend does not start or there are no samples
 * @throws {RangeError} if the model does not fit the images
 */
export async function createTrainer(
  config: TrainerConfig,
  data: DataSet,
  seat: number,
  backend?: BackendName,
  turn?: TurnOptions,
): Promise<TensorTrainer> {
  if (backend === undefined) await tf.ready();
  return onBackend(backend ?? currentBackend(), () => new TensorTrainer(config, data, seat, turn), turn);
}
