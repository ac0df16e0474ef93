import type { Hash } from "../base/hash.ts";
import type { Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import type { Version } from "../base/version.ts";
import type { Answer } from "../compress/types.ts";
import type { MembershipEffect } from "../membership/membership-effect.ts";
import type { Neighborhood } from "../membership/neighbors.ts";
import type { AllReduceEffect, Contribution, Decision } from "../reduce/all-reduce-types.ts";
import type { PeerInbox } from "../sync/peer-inbox.ts";
import type { InboxEffect, Sent, SyncEffect } from "../sync/sync-effect.ts";
import type { View } from "../sync/view.ts";
import type { WorkEffect } from "./local-work.ts";
import type { Standing } from "./standing.ts";

/** What happens to a peer's rounds from outside: from the server, the links, the clock, and what was begun earlier. */
export type RoundEvent =
  /** A roster, or an observer's new donor under the same one. An older roster is ignored. */
  | { readonly kind: "roster"; readonly near: Neighborhood }
  /** Until there is a newer roster than this, this peer adds to no sum and makes no total. It passes on what others give. */
  | { readonly kind: "promise"; readonly version: Version }
  | { readonly kind: "opened"; readonly peer: PeerId }
  | { readonly kind: "lost"; readonly peer: PeerId }
  | { readonly kind: "bytes"; readonly from: PeerId; readonly bytes: Uint8Array }
  /** More may be sent to a peer. */
  | Sent
  /** The deadline of the open sum. */
  | { readonly kind: "deadline" }
  /** Nothing has happened for 2.5 s. `isOverdue`: and the round should have ended by now. */
  | { readonly kind: "look-around"; readonly isOverdue: boolean }
  | { readonly kind: "overdue" }
  /** The parent's link is gone for 1.5 s. */
  | { readonly kind: "orphaned" }
  /** Δ of the round after `start` is ready. */
  | { readonly kind: "trained"; readonly start: Tip; readonly contribution: Contribution }
  | { readonly kind: "training-failed"; readonly round: number; readonly cause: unknown }
  /** No training is under way any more. */
  | { readonly kind: "trainer-free" }
  /** What a method asked for in the round after `start`; null: it does not come. */
  | { readonly kind: "answered-ask"; readonly version: Version; readonly start: Tip; readonly answer: Answer | null }
  | { readonly kind: "ask-failed"; readonly round: number; readonly cause: unknown }
  /** There may be something to train for. */
  | { readonly kind: "begin" }
  /** Says once that the run is over, if it is: with its last commit, or at once where its chain begins at or past its end. */
  | { readonly kind: "tell-if-over" }
  /** Nothing of these rounds is to be done any more. */
  | { readonly kind: "close" };

/** A round is committed here, on top of the chain `previous`; `confirmed`: the tip before it. */
export interface Committed {
  readonly kind: "committed";
  readonly tip: Tip;
  readonly previous: Hash;
  readonly decision: Decision;
  readonly confirmed: Tip;
}

/** The round's total gave another chain here than at the root: `tip`, which proves nothing. */
export interface Diverged {
  readonly kind: "diverged";
  readonly tip: Tip;
}

/** Whatever is done by the rounds, in the order in which it is. */
export type Effect =
  | RoundEvent
  | AllReduceEffect
  | MembershipEffect
  | SyncEffect
  | InboxEffect
  | WorkEffect
  | Committed
  | Diverged;

/**
 * Told of every event and effect, in their order, before it is performed. `machines`: to be read, then and later. `depth`: 0 for what
 * happens from outside, one more for what follows from it, and so on.
 */
export type Inspect = (event: Effect, machines: InspectedMachines, depth: number) => void;

/** A peer's rounds, to be read. */
export interface InspectedMachines extends Pick<View, "chain" | "membership" | "isOpen"> {
  readonly inbox: Pick<PeerInbox, "waitingBytes" | "refusals">;
  /** Where they stand, as plain data without numbers of the model. */
  standing(): Standing;
  /** Whether nothing is under way that `standing` lacks. */
  readonly isAtRest: boolean;
}
