import type { Hash } from "../base/hash.ts";
import type { Tip } from "../base/tip.ts";
import type { Version } from "../base/version.ts";
import type { LocalAsk } from "../compress/types.ts";
import type { Metrics, Part } from "../sum/part.ts";
import type { TopologyName } from "../tree/topologies.ts";
import type { Place } from "../tree/tree.ts";
import type { Delta } from "../vector/device-vector.ts";
import type { State, Update } from "../vector/update.ts";
import type { Down, Up } from "../wire/messages.ts";

/** This peer's place in a roster. */
export interface TreePosition {
  readonly version: Version;
  readonly position: number;
  readonly members: number;
  readonly place: Place;
  readonly tree: TopologyName;
}

/** How a peer takes part under a roster that it adopts. */
export interface Adoption {
  /** Who is there to send parts to; null: nobody yet. */
  readonly parent?: number | null;
  /** Whether it has promised to give nothing under this roster. */
  readonly hasPromised?: boolean;
}

/** Why a message is dropped. A fixed list: counters are kept by it. */
export type Refusal =
  | "up: another chain"
  | "up: another phase"
  | "up: not from a child"
  | "up: a roster of another size"
  | "up: a contributor from above"
  | "up: a contributor that is in the sum already"
  | "down: no majority"
  | "down: a hash where none belongs, or none where one does"
  | "down: another phase";

/** Δ of the open round, scaled by its weight, as the trainer gave it. It outlives every attempt: a retry never trains again. */
export interface Contribution {
  readonly x: Delta;
  readonly weight: number;
  readonly metrics: Metrics;
  /** Samples · statistics after training, where the model has any. */
  readonly statistics?: Float32Array;
}

/** What the sums are made for: the chain's tip and the scheme's state on it. */
export interface RoundBase {
  readonly tip: Tip;
  /** null: void since a snapshot replaced what it was a function of, until the members change. */
  readonly local: State | null;
  readonly replicated: State;
}

/**
 * What a round's total takes from this peer's residual, if it is one that a certain roster made: undone by giving it back.
 * `delivered` is in units of the sum.
 */
export interface UndoRecord {
  readonly round: number;
  /** The chain's hash before the round. */
  readonly previous: Hash;
  readonly version: Version;
  /** Holds if this position, of the peer itself, is among the total's contributors; null: in any case. */
  readonly position: number | null;
  readonly delivered: Update;
}

/** What this peer has in a round that is not decided. */
export interface OpenRound {
  /** null: nothing yet. */
  readonly x: Delta | null;
  readonly undoLog: readonly UndoRecord[];
  /** There were more attempts than are remembered. */
  readonly hasForgotten: boolean;
}

/** A round's outcome: what to apply, and this peer's local state after it. */
export interface Decision {
  readonly totals: readonly Update[];
  /** The parts that the totals of the phases before the last came in. */
  readonly earlier: readonly Part[];
  readonly part: Part;
  readonly committedBy: Version;
  /** What the replica must hash to; null at the root, which is the first to know. */
  readonly hash: Hash | null;
  /** Whether this peer's contribution is in the total; null: its attempt is forgotten, and it cannot be known. */
  readonly counted: boolean | null;
  readonly local: State | null;
  /** By this total, and by those of other rosters should one of them stay instead. */
  readonly undoLog: readonly UndoRecord[];
}

export type AllReduceEffect =
  | { readonly kind: "send"; readonly to: number; readonly message: Up | Down }
  /** The round's next sum is open: it has a deadline of its own. */
  | { readonly kind: "phase" }
  /** A method, encoding under that roster, wants to know something of this peer first: told by `answer`. */
  | { readonly kind: "asked"; readonly version: Version; readonly ask: LocalAsk }
  | { readonly kind: "decided"; readonly decision: Decision }
  /** A message that fits no sum of this round: dropped. */
  | { readonly kind: "refused"; readonly reason: Refusal };
