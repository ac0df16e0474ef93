import { seeded } from "../base/random.ts";
import type { GradientAsk } from "../compress/types.ts";
import { createBatchSampler, localBatches } from "../run/batch-sampler.ts";
import type { RunConfig } from "../run/config.ts";
import type { Trainer } from "../run/trainer.ts";
import type { Delta } from "../vector/device-vector.ts";

interface Asked {
  readonly trainer: Trainer<Delta>;
  readonly config: Pick<RunConfig, "seed" | "batch">;
  readonly seat: number;
  readonly round: number;
  /** The committed model. */
  readonly parameters: Float32Array;
}

/** The gradient of one minibatch at the trained parameters that a method asks about, beside the committed statistics. */
export async function askedGradient(
  { at, batch: which }: GradientAsk,
  { trainer, config, seat, round, parameters }: Asked,
): Promise<Float32Array> {
  const { samples } = trainer;
  const { seed, batch: size } = config;
  const draw =
    which === "same"
      ? localBatches({ seed, seat, round, samples, batch: size })
      : createBatchSampler(samples, size, seeded(seed, "gradient", seat, round));
  const batch = draw();
  let all = at;
  if (at.length < parameters.length) {
    all = parameters.slice();
    all.set(at);
  }
  return (await trainer.gradientAt(all, batch, round)).gradient;
}
