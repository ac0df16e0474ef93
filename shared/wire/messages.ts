import type { Hash } from "../base/hash.ts";
import type { Tip } from "../base/tip.ts";
import type { Version } from "../base/version.ts";
import type { Part } from "../sum/part.ts";
import type { Contributors } from "../tree/contributors.ts";
import type { State } from "../vector/update.ts";

/** All that peers say to each other. `version` is the roster under which the sender speaks: the fence. */
export type PeerMessage = Have | Up | Down | Snapshot | Reparent | Piece | Fetch;

/** Where the sender's chain stands. An observer always wants an answer. */
export interface Have {
  readonly kind: "have";
  readonly version: Version;
  readonly tip: Tip;
  readonly observer: boolean;
}

/** A part of the sum of round tip.round + 1, on top of the chain with hash `previous`. `complete`: the last word of that subtree. */
export interface Up {
  readonly kind: "up";
  readonly version: Version;
  readonly round: number;
  /** As read: whole where the reader knows it, else its first 32 bits. */
  readonly previous: Hash;
  /** Which of the scheme's sums, from 0. */
  readonly phase: number;
  readonly complete: boolean;
  readonly part: Part | null;
  /** The part was given to another parent before. */
  readonly again?: true;
}

/** The total of a phase; the total of the last phase is the commit. */
export interface Down {
  readonly kind: "down";
  readonly version: Version;
  /** The roster that made the total: may be older than `version` when a total is sent again to someone who missed it. */
  readonly committedBy: Version;
  readonly round: number;
  /** As read: whole where the reader knows it, else its first 32 bits. */
  readonly previous: Hash;
  readonly phase: number;
  /** The chained hash of the replica after this total, as read its first 64 bits; null where more phases follow. */
  readonly hash: Hash | null;
  readonly part: Part;
}

/** What is known of a committed round besides its total. */
export interface Header {
  readonly round: number;
  /** The roster that made the total. */
  readonly version: Version;
  readonly contributors: Contributors;
  /** The chain's, after the round and before it. */
  readonly hash: Hash;
  readonly previous: Hash;
}

/** The whole replica, for who is too far behind or on another chain. */
export interface Snapshot {
  readonly kind: "snapshot";
  readonly version: Version;
  readonly tip: Tip;
  /** The chain's hash before the tip: with it the receiver checks that these parameters are the tip's. */
  readonly previous: Hash;
  /** Headers of the last rounds, oldest first: by them the receiver learns in which rounds it counted. */
  readonly headers: readonly Header[];
  readonly parameters: Float32Array;
  readonly replicated: State;
}

/** Who lost its parent asks the peer at the other end of a backup link to take it in as a child; or needs that no more. */
export interface Reparent {
  readonly kind: "reparent";
  readonly version: Version;
  readonly wanted: boolean;
}

/** A part of an encoded snapshot; without bytes, the offer of one. */
export interface Piece {
  readonly kind: "piece";
  readonly version: Version;
  /** The snapshot's. */
  readonly tip: Tip;
  /** Bytes of all of it. */
  readonly total: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Asks for so many bytes of the snapshot with the tip `hash`, from an offset on. */
export interface Fetch {
  readonly kind: "fetch";
  readonly version: Version;
  readonly hash: Hash;
  readonly offset: number;
  readonly length: number;
}
