import type { Hash } from "../base/hash.ts";
import type { LinkPath, Loss, PeerId } from "../base/transport.ts";
import type { Version } from "../base/version.ts";
import type { Member } from "../signaling/protocol/messages.ts";
import type { ByteBreakdown } from "../wire/byte-breakdown.ts";
import type { RunConfig } from "./config.ts";
import type { Confusion } from "./confusion.ts";
import type { MetricMeans } from "./tasks.ts";

/** One committed round as one peer saw it. */
export interface RoundReport {
  readonly type: "round";
  readonly round: number;
  readonly hash: Hash;
  /** n: members of the roster that committed it. */
  readonly members: number;
  /** How many of them counted. */
  readonly contributors: number;
  /** Whether this peer's own update counted; null: it cannot be known. */
  readonly counted: boolean | null;
  /** Mean training loss over the contributors' local steps; null when nobody counted any. */
  readonly trainingLoss: number | null;
  /** The round whose model was tested: the one that this round started from, of which each contributor tested its slice; 0: the first model. */
  readonly evaluated: number;
  /** Held-out means of that model, by the names of the task's metrics; empty where it was not tested. */
  readonly metrics: MetricMeans;
  /** Two of them; null where the task has no such, or it was not tested. */
  readonly loss: number | null;
  readonly accuracy: number | null;
  /** Of those samples, how many of each class were taken for which; null where there are more than 4 classes or none, or nothing was tested. */
  readonly confusion: Confusion | null;
  /** Since the last commit, where bytes enter the data channel. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** What this peer's messages since the last commit were made of, in bytes: indices, values, all else. Frames are not in it. */
  readonly payload: ByteBreakdown;
  /** As the ICE transports carried it, with DTLS, SCTP and retransmissions; null where that is not known. */
  readonly wireBytesSent: number | null;
  /** α̂ = 1 − ‖C(x) − x‖²/‖x‖² of this peer's own compression in this round; null if it did not count, or none was measured. */
  readonly alpha: number | null;
  /** (P−1)·4·d: what a peer would send in a dense all-to-all exchange. */
  readonly denseBytes: number;
  /** From when this peer began to train for it to the commit; null if it did not: it came later, or was at another round still. */
  readonly seconds: number | null;
}

/** How one of this peer's links stands; told again whenever any of it changes. */
export interface LinkReport {
  readonly type: "link";
  readonly peer: PeerId;
  /** `dialling`: for the first time, or again after a loss. `closed`: it is not wanted any more. */
  readonly state: "dialling" | "open" | "closed";
  /** Idle until a link of the tree is lost. */
  readonly isBackup: boolean;
  readonly path: LinkPath | null;
  /** From here to the other side and back; null where it was not measured. */
  readonly rttMs: number | null;
  /** How often it was dialled since it was last open; 0 if only the other side did. */
  readonly attempts: number;
  /** Why it did not open, or was lost, in words that a person can act on; null if that has not happened since it was last open. */
  readonly reason: string | null;
}

/** What a peer tells the application around it: a page, a command line, a test. */
export type PeerReport =
  | {
      readonly type: "joined";
      readonly self: PeerId;
      readonly seat: number;
      readonly config: RunConfig;
      readonly parameters: number;
    }
  /** Bytes of the model that are here, and all that it has. */
  | { readonly type: "progress"; readonly received: number; readonly total: number }
  /** After `joined`: this peer goes on from a checkpoint. */
  | { readonly type: "resumed"; readonly round: number; readonly hash: Hash }
  | {
      readonly type: "roster";
      readonly version: Version;
      readonly members: readonly Member[];
      readonly observers: number;
      readonly running: boolean;
      /** Who paused the run; null while it runs, and where the server has not said so. */
      readonly pausedBy: Member | null;
      /** This peer's place in the tree; null for an observer. */
      readonly position: number | null;
    }
  | LinkReport
  | { readonly type: "lost"; readonly peer: PeerId; readonly loss: Loss }
  | { readonly type: "connection"; readonly connected: boolean }
  | { readonly type: "training"; readonly round: number }
  | RoundReport
  /** The round after it is committed on top: this one stays. Until then a round is provisional. */
  | { readonly type: "confirmed"; readonly round: number; readonly hash: Hash }
  /** A greater chain came: a round that was committed here did not stay. */
  | { readonly type: "withdrawn"; readonly round: number; readonly hash: Hash }
  /** Whether this peer's update of a round counts after all, on the chain that stays; null: it cannot be known. */
  | { readonly type: "recounted"; readonly round: number; readonly counted: boolean | null }
  /** What a peer that has no place waits for, after the word "Waiting", and the longest that it takes; null: nobody knows. Over with the next roster. */
  | { readonly type: "waiting"; readonly what: string; readonly forMs: number | null }
  /** Something a person should know; the run goes on. */
  | { readonly type: "notice"; readonly text: string }
  /** The end, with its reason: a refusal by the server or an error. */
  | { readonly type: "refused"; readonly reason: string }
  /** The last round of the configuration is committed. */
  | { readonly type: "finished"; readonly round: number; readonly hash: Hash };
