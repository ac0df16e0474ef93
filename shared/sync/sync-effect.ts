import type { Hash } from "../base/hash.ts";
import type { Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import type { Version } from "../base/version.ts";
import type { Misbehavior } from "../membership/peer-score.ts";
import type { Refusal as SumRefusal } from "../reduce/all-reduce-types.ts";
import type { ByteBreakdown } from "../wire/byte-breakdown.ts";
import type { Down, Fetch, Have, PeerMessage, Piece, Snapshot, Up } from "../wire/messages.ts";

/** Why a message was dropped: a fixed list, for counters are kept by it. */
export type Refusal =
  | SumRefusal
  | "malformed"
  | "from one that is not heard any more"
  | "not from a neighbor"
  | "of an older roster"
  | "a total from a child"
  | "a snapshot that does not fit"
  | "a piece of no snapshot";

/** A message as it goes over the wire, and what its bytes are for. */
export interface EncodedMessage {
  readonly bytes: Uint8Array;
  readonly breakdown: ByteBreakdown;
}

/** An answer of several messages, of which the next goes when more may be sent. */
export interface Answer {
  readonly to: PeerId;
  /** Whether what is committed meanwhile follows. */
  readonly isFollowed: boolean;
  /** What is still to be sent. */
  rest: readonly (Down | Snapshot)[];
  /** The hash of the tip up to which what was sent leads. */
  last: Hash;
}

/** Said once more may be sent to a peer. */
export type Sent = { readonly kind: "answered"; readonly answer: Answer } | { readonly kind: "served"; readonly to: PeerId };

/** What keeping neighbors at one tip asks. */
export type SyncEffect =
  /** `next` happens when more may be sent to the peer, or the message is lost. */
  | { readonly kind: "post"; readonly to: PeerId; readonly message: PeerMessage; readonly next?: Sent }
  /** The totals of the round that led to `tip` are in the log. `bytes`: their size as encoded. */
  | { readonly kind: "logged"; readonly tip: Tip; readonly bytes: number }
  | { readonly kind: "broadcast"; readonly to: readonly PeerId[]; readonly message: EncodedMessage }
  /** Nothing more is given under that roster, or an older one. */
  | { readonly kind: "promise"; readonly version: Version }
  /** This peer's own model and chain, whose last round is by another roster's total. */
  | { readonly kind: "replace"; readonly snapshot: Snapshot }
  /** A neighbor stands where this peer does. */
  | { readonly kind: "in-step"; readonly tip: Tip }
  /** Bytes of a snapshot that are here, and all that it has. */
  | { readonly kind: "progress"; readonly received: number; readonly total: number }
  /** All of a snapshot is here; the last piece came from that peer. `hash`: of the tip that it is said to have. */
  | { readonly kind: "whole"; readonly from: PeerId; readonly bytes: Uint8Array; readonly hash: Hash }
  | { readonly kind: "misbehaved"; readonly peer: PeerId; readonly misbehavior: Misbehavior };

/** What a message of a peer asks. */
export type InboxEffect =
  | { readonly kind: "tip"; readonly from: PeerId; readonly have: Pick<Have, "tip" | "observer"> }
  /** A part for the open round, from the member at that position. */
  | { readonly kind: "up"; readonly from: number; readonly message: Up }
  /** A total on top of the tip. */
  | { readonly kind: "down"; readonly from: PeerId; readonly message: Down }
  /** A total that does not lead on from the tip. */
  | { readonly kind: "unfit"; readonly from: PeerId }
  /** A snapshot of a greater chain, which fits. */
  | { readonly kind: "replace"; readonly snapshot: Snapshot }
  | { readonly kind: "piece"; readonly from: PeerId; readonly message: Piece }
  | { readonly kind: "fetch"; readonly from: PeerId; readonly message: Fetch }
  | { readonly kind: "asked-in"; readonly from: PeerId; readonly wanted: boolean }
  /** Tells a peer where this one stands. */
  | { readonly kind: "announce"; readonly to: PeerId }
  | { readonly kind: "misbehaved"; readonly peer: PeerId; readonly misbehavior: Misbehavior }
  /** A message that has come, or one that was early and may be due, and the bytes that it was read from. */
  | { readonly kind: "deliver"; readonly from: PeerId; readonly message: PeerMessage; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly reason: Refusal };
