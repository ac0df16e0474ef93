import type { Tip } from "../signaling/messages.ts";
import type { PeerId } from "../transport.ts";
import type { Down, Fetch, Have, PeerMessage, Piece } from "../wire/messages.ts";
import { ChainSync, type SyncGround } from "./chain-sync.ts";
import { mostSnapshotBytes } from "./limits.ts";
import type { Verdict } from "./peer-inbox.ts";
import { pieceBytes as defaultPieceBytes, SnapshotGiver } from "./snapshot-giver.ts";
import { SnapshotTaker } from "./snapshot-taker.ts";

export interface TalkGround extends Omit<SyncGround, "offer"> {
  /** The replica as a snapshot message, encoded. */
  encode(): Uint8Array;
  /** A whole snapshot is here. False if it is not what its tip says. */
  take(bytes: Uint8Array): boolean;
  progress(received: number, total: number): void;
}

/** All that neighbours tell each other of where the chain stands, and give each other to stand at one tip: totals, or a snapshot in pieces. */
export class ChainTalk {
  private readonly sync: ChainSync;
  private readonly giver: SnapshotGiver;
  private readonly taker: SnapshotTaker;

  /** @param pieceBytes a snapshot of more bytes goes in pieces of so many */
  constructor(ground: TalkGround, pieceBytes = defaultPieceBytes) {
    const { parameters, common } = ground.replica();
    const tip = (): Tip => ground.replica().tip;
    const send = (to: PeerId, message: Omit<Piece, "version"> | Omit<Fetch, "version">): Promise<void> =>
      ground.send(to, { ...message, version: ground.version() } as PeerMessage);
    this.sync = new ChainSync({ ...ground, offer: (to) => this.giver.offer(to) }, { pieceBytes });
    const leadsOn = (from: Tip): boolean => this.sync.leadsOn(from);
    this.giver = new SnapshotGiver({ encode: () => ({ tip: tip(), bytes: ground.encode() }), leadsOn, send }, { pieceBytes });
    const { take, progress } = ground;
    this.taker = new SnapshotTaker({ tip, send, take, progress }, { mostBytes: mostSnapshotBytes(parameters.length, common) });
  }

  /** Tells a peer where this one stands. */
  say(to: PeerId): void {
    this.sync.say(to);
  }

  hear(from: PeerId, { tip, observer }: Pick<Have, "tip" | "observer">): void {
    this.sync.hear(from, tip, observer);
  }

  /** A total was committed here. `bytes`: its size as encoded. */
  record(total: Down, bytes: number): void {
    this.sync.record(total, bytes);
  }

  piece(from: PeerId, message: Piece): Verdict {
    return this.taker.hear(from, message) ? null : "a piece of no snapshot";
  }

  fetch(from: PeerId, message: Fetch): Verdict {
    return this.giver.fetch(from, message) ? null : "a piece of no snapshot";
  }

  /** The chain was replaced by another: what was logged leads nowhere. */
  reset(): void {
    this.sync.reset();
  }

  /** The link to a peer is gone. */
  lost(peer: PeerId): void {
    this.sync.forget(peer);
    this.giver.forget(peer);
    this.taker.lost(peer);
  }

  /** Nothing has happened for a while. */
  lookAround(): void {
    this.taker.lookAround();
  }
}
