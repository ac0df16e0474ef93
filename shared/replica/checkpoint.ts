import type { Hash } from "../base/hash.ts";
import type { Tip } from "../base/tip.ts";
import type { Version } from "../base/version.ts";
import type { UndoRecord } from "../reduce/all-reduce-types.ts";
import type { RunConfig } from "../run/config.ts";
import type { State } from "../vector/update.ts";
import type { Header } from "../wire/messages.ts";

/**
 * Where one peer's checkpoint lies: a file, a record of a browser's database, the memory of a simulation. One at a time has it.
 * Each method rejects with what went wrong; the run goes on without it. What is asked for while something else is under way is done after that.
 */
export interface CheckpointStore {
  /** What was saved last; null where nothing was. */
  load(): Promise<Uint8Array | null>;
  /** All or nothing: whenever it is cut off, `load` gives what was there before or all of `bytes`. Resolves when they would outlive a power cut; `bytes` are the caller's again then. */
  save(bytes: Uint8Array): Promise<void>;
  /**
   * Keeps what is there under another name, so that no save takes its place, nor `load` finds it.
   * @returns where a person finds it, as the end of a sentence: "as grove.checkpoint.aside-1"
   * @throws {Error} (as a rejection) where it can neither be moved nor be left behind; it stays in its place then
   */
  setAside(): Promise<string>;
  /** Where nothing is in its place: the newest that an earlier life set aside and that is usable is put there. False where there is no such. */
  takeBack(isUsable: (bytes: Uint8Array) => boolean): Promise<boolean>;
}

/**
 * What a peer alone keeps, as it takes it into its next life: all that it ever had to give and that no total took, and which totals
 * would yet take something. Worth something only if the peer said nothing after it was put together.
 */
export interface KeptResidual {
  readonly local: State;
  /** Δ of the round that was open, scaled by its weight; not in `local` yet. */
  readonly open: Float32Array | null;
  readonly undoLog: readonly UndoRecord[];
}

/** What a peer needs to go on where it stood, after a restart or a reload. */
export interface Checkpoint {
  readonly room: string;
  readonly config: RunConfig;
  /** The schema, where the configuration has only its digest; else empty. */
  readonly schema: string;
  /** What the peer's client shows the server as its own secret: the new life takes over from the old. */
  readonly session: string;
  readonly seat: number;
  /** Number of members of the last roster, and its version. */
  readonly members: number;
  readonly version: Version;
  readonly tip: Tip;
  readonly previous: Hash;
  readonly headers: readonly Header[];
  readonly parameters: Float32Array;
  readonly replicated: State;
  /** null: it starts with an empty one. */
  readonly residual: KeptResidual | null;
}

/** A checkpoint that cannot be used: torn, of another room or run, or not what it says. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}
