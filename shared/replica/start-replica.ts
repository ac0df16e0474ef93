import type { Hasher } from "../base/hash.ts";
import type { Scheme } from "../compress/types.ts";
import type { UndoRecord } from "../reduce/all-reduce-types.ts";
import type { RunConfig } from "../run/config.ts";
import type { Trainer } from "../run/trainer.ts";
import type { Delta } from "../vector/device-vector.ts";
import type { Header } from "../wire/messages.ts";
import { type Checkpoint, CheckpointError } from "./checkpoint.ts";
import { startResidual } from "./kept-residual.ts";
import { firstReplica, type Replica, sameSlots } from "./replica.ts";

export interface ChainOptions {
  readonly config: RunConfig;
  readonly scheme: Scheme;
  readonly trainer: Trainer<Delta>;
  /** This peer's number in the room: the id of its data's partition follows from it; also seeds its own draws. */
  readonly seat: number;
  /** The model before the first round: d floats. null: this peer does not have it, and its replica is invalid until a snapshot comes. */
  readonly parameters: Float32Array | null;
  readonly hasher: Hasher;
  /** Where a former life of this peer stood: it goes on from there. */
  readonly restored?: Checkpoint | null;
}

/** Where a peer begins. */
interface Start {
  readonly replica: Replica;
  readonly headers: readonly Header[];
  readonly undoLog: readonly UndoRecord[];
  /** Δ of the open round that a former life had. */
  readonly open: Float32Array | null;
}

/** The replica before the first round, or that of a checkpoint. @throws {CheckpointError} if that is of another model */
export function startReplica({ scheme, trainer, parameters, hasher, restored }: ChainOptions): Start {
  const { layout } = trainer;
  const first = firstReplica(scheme, layout, parameters ?? new Float32Array(layout.length), hasher);
  if (restored == null) return { replica: first, headers: [], undoLog: [], open: null };
  const { tip, previous, headers, replicated, residual } = restored;
  if (restored.parameters.length !== layout.length || !sameSlots(replicated, first.replicated)) {
    const got = `${restored.parameters.length} parameters`;
    throw new CheckpointError(
      `expected a checkpoint of a model of ${layout.length} parameters and its scheme, got one of ${got}`,
    );
  }
  const start = startResidual(scheme, layout, replicated, residual);
  const replica: Replica = { parameters: restored.parameters.slice(), tip, previous, local: start?.local ?? null, replicated };
  return { replica, headers, undoLog: start?.undoLog ?? [], open: start?.open ?? null };
}
