import type { RunConfig } from "../../shared/run/config.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import type { TaskData } from "../tasks/task-data.ts";
import { type BackendCandidate, chooseBackend } from "./choose-backend.ts";
import type { ChosenTrainer } from "./chosen-trainer.ts";
import { createTrainer, type ModelChoice } from "./create-trainer.ts";
import type { GpuRunOptions } from "./gpu-run-trainer.ts";
import { webgpuDevice } from "./gpu-trainer.ts";
import { lossOf } from "./lost-device.ts";
import { trainingProbe } from "./training-probe.ts";

export type RunTrainerOptions = Omit<GpuRunOptions, "place">;

/** A trainer on the best backend that trains the model rightly; after the loss of a GPU, on the best that is left. */
export async function createRunTrainer(
  config: RunConfig & ModelChoice,
  data: TaskData,
  seat: number,
  { backends, selection, report }: RunTrainerOptions,
): Promise<Trainer<Delta>> {
  const place = async (candidates: readonly BackendCandidate[]): Promise<ChosenTrainer> => {
    const choice = await chooseBackend(candidates, trainingProbe(config, data));
    report({ type: "backend", backend: choice.name, passedOver: choice.passedOver.map(({ reason }) => reason) });
    const trainer = await createTrainer(config, data, seat, choice.name);
    const lost = choice.name === "webgpu" ? lossOf(webgpuDevice()) : new Promise<string>(() => {});
    return { name: choice.name, trainer, lost };
  };
  const first = await place(backends);
  if (first.name !== "webgpu") return first.trainer;
  // Loaded where there is a GPU.
  const { createGpuRunTrainer } = await import("./gpu-run-trainer.ts");
  return createGpuRunTrainer(config, first, { backends, selection, report, place });
}
