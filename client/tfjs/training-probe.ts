import type { Clock } from "../../shared/base/clock.ts";
import { seeded } from "../../shared/base/random.ts";
import { initialParameters } from "../../shared/run/initial-parameters.ts";
import { realClock } from "../base/real-clock.ts";
import type { ImageShape, LabeledImages } from "../data/data-set.ts";
import type { ModelChoice } from "../tasks/model-layout.ts";
import type { StepResult } from "./choose-backend.ts";
import { createTrainer } from "./create-trainer.ts";
import type { BackendName } from "./on-backend.ts";

/** Few, because the plain cpu backend takes part, too; more than one, so that sums over a batch are tested. */
const probeSamples = 4;

/** Limit of one step with the compilation of its shaders: with four tabs on two cores, in software, it takes more than half a minute. */
const probeMs = 120_000;

/**
 * One training step of the model on random images, the same whenever it is called: what `chooseBackend` compares.
 * Needs no data, so a peer can choose before it has joined.
 */
export function trainingProbe(
  model: ModelChoice,
  found: ImageShape,
  clock: Clock = realClock,
): (backend: BackendName) => Promise<StepResult> {
  // With one class the gradient is zero on every backend, and tests nothing.
  const shape = { ...found, classes: Math.max(2, found.classes) };
  const samples = randomSamples(shape);
  const batch = Uint32Array.from({ length: probeSamples }, (_, i) => i);
  return async (backend) => {
    const trainer = await createTrainer({ ...model, seed: 0 }, { ...shape, train: samples, test: samples }, 0, backend, {
      clock,
      limitMs: probeMs,
    });
    try {
      return await trainer.gradientAt(initialParameters(trainer.layout, 0), batch);
    } finally {
      trainer.dispose();
    }
  };
}

function randomSamples({ height, width, channels, classes }: ImageShape): LabeledImages {
  const rng = seeded(0, "training probe");
  return {
    images: Float32Array.from({ length: probeSamples * height * width * channels }, () => rng.uniform()),
    labels: Uint8Array.from({ length: probeSamples }, (_, i) => i % classes),
  };
}
