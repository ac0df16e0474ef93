import * as tf from "@tensorflow/tfjs-core";
import type { RunConfig } from "../../shared/run/config.ts";
import { buildModel } from "../models/build-model.ts";
import type { OwnModel } from "../models/own/own-model.ts";
import type { TrainableModel } from "../models/trainable-model.ts";
import type { LocalMemory } from "../optimizer/local-memory.ts";
import { localOf } from "../optimizer/local-of.ts";
import type { LocalOptimizer } from "../optimizer/local-optimizer.ts";
import type { TaskData } from "../tasks/task-data.ts";
import type { BackendName } from "./on-backend.ts";
import { currentBackend, onBackend, type TurnOptions } from "./on-backend.ts";
import { TensorTrainer, type TrainerConfig } from "./tensor-trainer.ts";

/** What is trained: the run's text, and where that is `own`, the model; and how, by plain steps if left out. */
export interface ModelChoice extends Pick<RunConfig, "model">, Partial<Pick<RunConfig, "local">> {
  readonly own?: OwnModel | null;
}

/**
 * A trainer of the model that the configuration names, for this peer's data; its parameters are not set until they are loaded.
 * @param backend the tfjs backend to train on, as `chooseBackend` found it; the current one if left out
 * @param turn the limit of each of its tasks
 * @throws {TrainingError} (as a rejection) if the backend does not start or there are no samples
 * @throws {RangeError} (as a rejection) if the model does not fit the data
 */
export async function createTrainer(
  config: TrainerConfig & ModelChoice,
  data: TaskData,
  seat: number,
  backend?: BackendName,
  turn?: TurnOptions,
): Promise<TensorTrainer> {
  if (backend === undefined) await tf.ready();
  const buildOptions = { taskStatistics: data.statistics, own: config.own ?? null };
  const optimizer = await localOf(config.local ?? "sgd").build();
  const make = async (): Promise<TensorTrainer> => {
    const model = await buildModel(config.model, data.shape, buildOptions);
    const memory = optimizer === null ? null : await memoryOf(optimizer, model);
    return new TensorTrainer(config, model, data, seat, { memory, turn });
  };
  return onBackend(backend ?? currentBackend(), make, turn);
}

/** What the optimizer remembers of the model's trained tensors. Its code is loaded by the first that needs it. */
async function memoryOf(optimizer: LocalOptimizer, { layout, trainable }: TrainableModel): Promise<LocalMemory> {
  const { LocalMemory } = await import("../optimizer/local-memory.ts");
  return new LocalMemory(
    optimizer,
    trainable.map(({ shape }, i) => ({ name: layout.tensors[i]!.name, shape })),
  );
}
