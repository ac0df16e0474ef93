import type { Clock } from "../base/clock.ts";
import type { Hash, Hasher } from "../base/hash.ts";
import type { Layout } from "../base/layout.ts";
import type { Probe } from "../compress/measured.ts";
import type { Checkpoint } from "../replica/checkpoint.ts";
import { configText, type RunConfig } from "../run/config.ts";
import { initialParameters } from "../run/initial-parameters.ts";
import { runScheme } from "../run/run-scheme.ts";
import type { Trainer } from "../run/trainer.ts";
import type { Delta } from "../vector/device-vector.ts";
import { maxMessageBytes, snapshotBytes } from "../wire/limits.ts";
import type { RoundHost } from "./round-options.ts";
import { Rounds } from "./rounds.ts";
import type { Inspect } from "./step.ts";

/** What there is once the room's configuration is known. */
export interface Run {
  readonly config: RunConfig;
  /** The hash of its configuration's text. */
  readonly digest: Hash;
  readonly seat: number;
  readonly trainer: Trainer<Delta>;
  readonly rounds: Rounds;
}

/**
 * The parameters of a run that begins with a model (`from`), laid out; null: this peer has no such model, and gets it from a member.
 * @throws {Error} if this peer's is another one
 */
export type FirstParameters = (config: RunConfig, layout: Layout) => Float32Array | null;

interface RunHost {
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly restored: Checkpoint | null;
  readonly pieceBytes?: number;
  readonly inspect?: Inspect;
  readonly host: RoundHost;
  readonly firstParameters?: FirstParameters;
  /** Told α̂ of each compression. */
  readonly probe: Probe;
}

/**
 * What a room's configuration makes of a trainer: a scheme, and this peer's rounds from the run's first parameters, or from a
 * checkpoint.
 * @throws {Error} if a snapshot of the model is too large for a message
 * @throws {CheckpointError} if the checkpoint is of another model
 */
export function createRun(config: RunConfig, seat: number, trainer: Trainer<Delta>, host: RunHost): Run {
  const { probe, firstParameters, ...others } = host;
  const { layout } = trainer;
  const scheme = runScheme(config, { inner: trainer.scheme, probe });
  const needed = snapshotBytes(layout.length, scheme.init(layout).replicated);
  if (needed > maxMessageBytes) {
    throw new Error(
      `expected a model whose snapshot fits ${maxMessageBytes} bytes, got one of ${needed}: choose a smaller model`,
    );
  }
  const parameters = config.from === "" ? initialParameters(layout, config.seed) : (firstParameters?.(config, layout) ?? null);
  if (parameters === null && host.restored === null) host.host.notice(awaitsModel(config));
  const rounds = new Rounds({ ...others, config, scheme, trainer, seat, parameters });
  return { config, digest: host.hasher(configText(config)), seat, trainer, rounds };
}

function awaitsModel({ from }: RunConfig): string {
  return `this room begins with the model ${from}, which this peer was not given: it comes from a member that has it`;
}
