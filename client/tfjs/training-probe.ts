import type { Clock } from "../../shared/base/clock.ts";
import { seeded } from "../../shared/base/random.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import { initialParameters } from "../../shared/run/initial-parameters.ts";
import { realClock } from "../base/real-clock.ts";
import type { ModelShape } from "../models/model-method.ts";
import { noStatistics, type Samples } from "../tasks/samples/samples.ts";
import type { TaskData } from "../tasks/task-data.ts";
import type { StepResult } from "./choose-backend.ts";
import { createTrainer, type ModelChoice } from "./create-trainer.ts";
import type { BackendName } from "./on-backend.ts";

/** Few, because the plain cpu backend takes part, too; more than one, so that sums over a batch are tested. Texts are of many tokens each. */
const probeSamples = 4;
const probeTexts = 2;

/** Limit of one step with the compilation of its shaders: with four tabs on two cores, in software, it takes more than half a minute. */
const probeMs = 120_000;

/**
 * One training step of the model on random inputs, the same whenever it is called: what `chooseBackend` compares.
 * Needs no data, so a peer can choose before it has joined.
 */
export function trainingProbe(
  { model, own = null }: ModelChoice,
  { task, shape: found }: Pick<TaskData, "task" | "shape">,
  clock: Clock = realClock,
): (backend: BackendName) => Promise<StepResult> {
  // With one class the gradient is zero on every backend, and tests nothing.
  const isClassed = task.name !== "regression";
  const shape = { ...found, outputs: isClassed && own === null ? Math.max(2, found.outputs) : found.outputs };
  const samples = randomSamples(task.name, shape);
  const data: TaskData = { task, shape, train: samples, test: samples, isTestShared: true, statistics: 0 };
  const batch = Uint32Array.from({ length: samples.count }, (_, i) => i);
  return async (backend) => {
    const trainer = await createTrainer({ model, own, seed: 0 }, data, 0, backend, { clock, limitMs: probeMs });
    try {
      return await trainer.gradientAt(initialParameters(trainer.layout, 0), batch);
    } finally {
      trainer.dispose();
    }
  };
}

/** Inputs uniform in [0, 1), or tokens; the targets in turn. */
function randomSamples(task: RunConfig["task"], { input, outputs }: ModelShape): Samples {
  const rng = seeded(0, "training probe");
  const size = input.reduce((product, side) => product * side, 1);
  const isTokens = task === "language";
  const count = isTokens ? probeTexts : probeSamples;
  const values = Float32Array.from({ length: count * size }, () => (isTokens ? rng.integer(outputs) : rng.uniform()));
  const each = isTokens ? size : 1;
  const targets = Array.from({ length: count * each }, (_, i) => (task === "regression" ? i / count : i % outputs));
  return {
    count,
    statistics: noStatistics,
    gather: () => ({
      inputs: isTokens ? Int32Array.from(values) : values,
      targets: task === "regression" ? Float32Array.from(targets) : Int32Array.from(targets),
    }),
  };
}
