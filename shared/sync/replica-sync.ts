import type { Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import { compareVersions } from "../base/version.ts";
import type { Decision } from "../reduce/all-reduce-types.ts";
import { mostSnapshotBytes } from "../wire/limits.ts";
import type { Down, Fetch, Have, PeerMessage, Piece } from "../wire/messages.ts";
import { ChainSync, type SyncGround } from "./chain-sync.ts";
import { SnapshotReceiver } from "./snapshot-receiver.ts";
import { pieceBytes as defaultPieceBytes, SnapshotSender } from "./snapshot-sender.ts";

export interface ReplicaSyncHost extends Omit<SyncGround, "offer"> {
  /** A whole snapshot is here. False if it is not what its tip says. */
  take(from: PeerId, bytes: Uint8Array): boolean;
  progress(received: number, total: number): void;
}

/** All that neighbors tell each other of where the chain stands, and give each other to stand at one tip: totals, or a snapshot in pieces. */
export class ReplicaSync {
  private readonly ground: ReplicaSyncHost;
  private readonly sync: ChainSync;
  private readonly sender: SnapshotSender;
  private readonly receiver: SnapshotReceiver;

  /** @param pieceBytes a snapshot of more bytes goes in pieces of so many */
  constructor(ground: ReplicaSyncHost, pieceBytes = defaultPieceBytes) {
    const { chain, membership, outbox, take, progress } = ground;
    const { parameters, replicated } = chain.replica;
    const send = (to: PeerId, message: Omit<Piece, "version"> | Omit<Fetch, "version">): Promise<void> =>
      outbox.send(to, { ...message, version: membership.version } as PeerMessage);
    const encode = (): Uint8Array => outbox.encode({ kind: "snapshot", version: membership.version, ...chain.state }).bytes;
    const leadsOn = (from: Tip): boolean => this.sync.leadsOn(from);
    this.ground = ground;
    this.sync = new ChainSync({ ...ground, offer: (to, theirs) => this.sender.offer(to, theirs) }, { pieceBytes });
    this.sender = new SnapshotSender({ encode: () => ({ tip: chain.tip, bytes: encode() }), leadsOn, send }, { pieceBytes });
    const mostBytes = mostSnapshotBytes(parameters.length, replicated);
    const hears = (peer: PeerId): boolean => membership.isNear(peer) && !membership.score.isMuted(peer);
    this.receiver = new SnapshotReceiver({ tip: () => chain.tip, hears, send, take, progress }, { mostBytes });
  }

  /** Whether a snapshot is under way to this peer, and comes on. */
  get isFetching(): boolean {
    return this.receiver.isFetching;
  }

  /** Tells a peer where this one stands. */
  announce(to: PeerId): void {
    this.sync.announce(to);
  }

  onTip(from: PeerId, { tip, observer }: Pick<Have, "tip" | "observer">): void {
    this.sync.onTip(from, tip, observer);
  }

  /** Asks whoever totals come from whether there is something new. */
  request(): void {
    const { upstream } = this.ground.membership;
    if (upstream !== null) this.announce(upstream);
  }

  /** The totals of the round that was just committed: into the log, and on to the children. */
  passOn({ earlier, part, committedBy }: Decision): void {
    const { chain, membership, outbox } = this.ground;
    const { version, children } = membership;
    const { tip, previous } = chain.replica;
    const parts = [...earlier, part];
    const totals = parts.map((of, phase): Down => {
      const hash = phase === earlier.length ? tip.hash : null;
      return { kind: "down", version, committedBy, round: tip.round, previous, phase, hash, part: of };
    });
    const encoded = totals.map((total) => outbox.encode(total));
    const bytes = encoded.reduce((sum, one) => sum + one.bytes.length, 0);
    this.sync.record(totals, bytes);
    // Under the roster in force the children had the phases before the last when those were summed.
    const isCurrent = compareVersions(committedBy, version) === 0;
    for (const one of isCurrent ? encoded.slice(-1) : encoded) outbox.sendAll(children, one);
  }

  /** False if it is of nothing that was offered. */
  piece(from: PeerId, message: Piece): boolean {
    return this.receiver.hear(from, message);
  }

  /** False if nothing was offered to that peer. */
  fetch(from: PeerId, message: Fetch): boolean {
    return this.sender.fetch(from, message);
  }

  /** The chain was replaced by another: what was logged leads nowhere. */
  reset(): void {
    this.sync.reset();
  }

  /** The link to a peer is gone. */
  lost(peer: PeerId): void {
    this.sync.forget(peer);
    this.sender.forget(peer);
    this.receiver.lost(peer);
  }

  /** Nothing has happened for a while. */
  lookAround(): void {
    this.receiver.lookAround();
  }
}
