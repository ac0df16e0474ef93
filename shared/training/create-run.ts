import type { Clock } from "../clock.ts";
import type { Probe } from "../compress/measured.ts";
import type { Hasher } from "../hash.ts";
import type { Delta } from "../held-vector.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { configText, type RunConfig } from "./config.ts";
import { initialParameters } from "./initial-parameters.ts";
import { maxMessageBytes, snapshotBytes } from "./limits.ts";
import type { RoundEvents } from "./round-options.ts";
import { Rounds } from "./rounds.ts";
import { runScheme } from "./run-scheme.ts";
import type { Trainer } from "./trainer.ts";

/** What there is once the room's configuration is known. */
export interface Run {
  readonly config: RunConfig;
  readonly configHash: string;
  readonly seat: number;
  readonly trainer: Trainer<Delta>;
  readonly rounds: Rounds;
}

interface RunGround {
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly restored: Checkpoint | null;
  readonly pieceBytes?: number;
  readonly events: RoundEvents;
  /** Told α̂ of each compression. */
  readonly probe: Probe;
}

/**
 * What a room's configuration makes of a trainer: a scheme, and this peer's rounds from the run's first parameters, or from a
 * checkpoint.
 * @throws {Error} if a snapshot of the model is too large for a message
 * @throws {CheckpointError} if the checkpoint is of another model
 */
export function createRun(config: RunConfig, seat: number, trainer: Trainer<Delta>, ground: RunGround): Run {
  const { probe, ...surroundings } = ground;
  const { layout } = trainer;
  const scheme = runScheme(config, { inner: trainer.scheme, probe });
  const needed = snapshotBytes(layout.length, scheme.init(layout).common);
  if (needed > maxMessageBytes) {
    throw new Error(
      `expected a model whose snapshot fits ${maxMessageBytes} bytes, got one of ${needed}: choose a smaller model`,
    );
  }
  const parameters = initialParameters(layout, config.seed);
  const rounds = new Rounds({ ...surroundings, config, scheme, trainer, seat, parameters });
  return { config, configHash: ground.hasher(configText(config)), seat, trainer, rounds };
}
