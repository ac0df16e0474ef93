import type { Clock } from "../base/clock.ts";
import type { Hash } from "../base/hash.ts";
import type { Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import type { Version } from "../base/version.ts";
import type { Decision } from "../reduce/all-reduce-types.ts";
import type { Reconciled } from "../replica/reconcile.ts";
import type { ChainOptions } from "../replica/start-replica.ts";
import type { ByteBreakdown } from "../wire/byte-breakdown.ts";
import type { Codec } from "../wire/message-code.ts";
import type { Idle } from "./pause-notice.ts";
import type { Standing } from "./standing.ts";
import type { Inspect } from "./step.ts";

/** What rounds tell the peer around them, and ask of it. */
export interface RoundHost {
  /** Whether there is a link to a peer. */
  isOpen(peer: PeerId): boolean;
  /** Resolves when more may be sent, or the message is lost: whoever misses it asks again. */
  send(to: PeerId, bytes: Uint8Array): Promise<void>;
  training(round: number): void;
  /**
   * Round r is committed. `decision` says who counted, and what was measured on the model the round started from; `sent`, what this
   * peer's messages since the commit before were made of.
   */
  committed(tip: Tip, decision: Decision, sent: ByteBreakdown): void;
  /** Bytes of a snapshot that are here, and all that it has. */
  progress(received: number, total: number): void;
  /** A committed round stays: another was committed on top of it. */
  confirmed(round: number, hash: Hash): void;
  /** A greater chain has replaced this peer's: what did not stay, and in which rounds this peer counts now. */
  reconciled(outcome: Reconciled): void;
  /** This peer made the total, as the root. */
  decided(tip: Tip): void;
  /** The chain moved while this peer is an observer, or it learned that it is in step. */
  inStep(tip: Tip): void;
  /** This peer, a member, can give nothing until there is a new roster. */
  voided(tip: Tip): void;
  finished(tip: Tip): void;
  /** A neighbor keeps saying what cannot be read, or does not fit: it is as good as out of reach. */
  muted(peer: PeerId, reason: string): void;
  notice(text: string): void;
  /** A member has seen no commit though the root's deadline under this roster is past. */
  overdue(version: Version): void;
  /** A member has seen no commit for a while. */
  idle(facts: Idle): void;
}

export interface RoundOptions extends ChainOptions {
  readonly clock: Clock;
  readonly host: RoundHost;
  readonly inspect?: Inspect;
  /** A snapshot of more bytes goes in pieces of so many. */
  readonly pieceBytes?: number;
  /** What reads and writes messages; that of the run's model where absent. */
  readonly codec?: Codec;
  /** Where other rounds stood, from which these go on. */
  readonly standing?: Standing;
}
