import type { Hash } from "../base/hash.ts";
import type { PeerId } from "../base/transport.ts";
import { compareVersions } from "../base/version.ts";
import type { Decision } from "../reduce/all-reduce-types.ts";
import { maxSnapshotBytes } from "../wire/limits.ts";
import type { Down, Fetch, Have, PeerMessage, Piece } from "../wire/messages.ts";
import { ChainSync } from "./chain-sync.ts";
import { SnapshotReceiver } from "./snapshot-receiver.ts";
import { pieceBytes as defaultPieceBytes, SnapshotSender } from "./snapshot-sender.ts";
import type { EncodedMessage, Sent, SyncEffect } from "./sync-effect.ts";
import type { View } from "./view.ts";

/** All that neighbors tell each other of where the chain stands, and give each other to stand at one tip: totals, or a snapshot in pieces. */
export class ReplicaSync {
  private readonly view: View;
  private readonly encode: (message: PeerMessage) => EncodedMessage;
  private readonly sync: ChainSync;
  private readonly sender: SnapshotSender;
  private readonly receiver: SnapshotReceiver;

  /** @param pieceBytes a snapshot of more bytes goes in pieces of so many */
  constructor(view: View, encode: (message: PeerMessage) => EncodedMessage, pieceBytes = defaultPieceBytes) {
    const { chain, membership } = view;
    const sync = new ChainSync(view, { pieceBytes });
    this.view = view;
    this.encode = encode;
    this.sync = sync;
    this.sender = new SnapshotSender(
      {
        get version() {
          return membership.version;
        },
        encode: () => ({
          tip: chain.tip,
          bytes: encode({ kind: "snapshot", version: membership.version, ...chain.state }).bytes,
        }),
        leadsOn: (from) => sync.leadsOn(from),
      },
      { pieceBytes },
    );
    const maxBytes = maxSnapshotBytes(chain.replica.parameters.length, chain.replica.replicated);
    this.receiver = new SnapshotReceiver(
      {
        get version() {
          return membership.version;
        },
        get tip() {
          return chain.tip;
        },
        hears: (peer) => membership.isNear(peer) && !membership.isMuted(peer),
      },
      { maxBytes },
    );
  }

  /** All that it knows while nothing is under way, as plain data. */
  get standing() {
    return { ...this.sync.standing, sender: this.sender.standing, receiver: this.receiver.standing };
  }

  /** Whether `standing` is all. */
  get isAtRest(): boolean {
    return this.sync.isAtRest && this.sender.isAtRest && this.receiver.isAtRest;
  }

  /** Goes on from where another stood. */
  resume({ sender, receiver, ...sync }: ReplicaSync["standing"]): void {
    this.sync.resume(sync);
    this.sender.resume(sender);
    this.receiver.resume(receiver);
  }

  /** The chain's hash after a round, where the log has the totals of the next. */
  hashAfter(round: number): Hash | null {
    return this.sync.hashAfter(round);
  }

  /** Tells a peer where this one stands. */
  announce(to: PeerId): readonly SyncEffect[] {
    return this.sync.announce(to);
  }

  /** A peer says where it stands. */
  onTip(from: PeerId, { tip, observer }: Pick<Have, "tip" | "observer">): readonly SyncEffect[] {
    return this.sync
      .onTip(from, tip, observer)
      .flatMap((effect): readonly SyncEffect[] =>
        effect.kind === "offer" ? this.sender.offer(effect.to, effect.theirs) : [effect],
      );
  }

  /** Asks whoever totals come from whether there is something new. */
  request(): readonly SyncEffect[] {
    const { upstream } = this.view.membership;
    return upstream === null ? [] : this.announce(upstream);
  }

  /** A total that does not lead on from here. None can fit while a snapshot is on its way. */
  unfit(from: PeerId): readonly SyncEffect[] {
    const isExpected = this.view.chain.isInvalid || this.receiver.isFetching;
    return isExpected ? this.announce(from) : [{ kind: "misbehaved", peer: from, misbehavior: "unfit" }, ...this.announce(from)];
  }

  /** The totals of the round that was just committed: into the log, and on to the children. */
  passOn({ earlier, part, committedBy }: Decision): readonly SyncEffect[] {
    const { chain, membership } = this.view;
    const { version, children } = membership;
    const { tip, previous } = chain.replica;
    const parts = [...earlier, part];
    const totals = parts.map((of, phase): Down => {
      const hash = phase === earlier.length ? tip.hash : null;
      return { kind: "down", version, committedBy, round: tip.round, previous, phase, hash, part: of };
    });
    const encoded = totals.map((total) => this.encode(total));
    const bytes = encoded.reduce((sum, one) => sum + one.bytes.length, 0);
    // Under the roster in force the children had the phases before the last when those were summed.
    const isCurrent = compareVersions(committedBy, version) === 0;
    const passed = isCurrent ? encoded.slice(-1) : encoded;
    return [
      { kind: "logged", tip, bytes },
      ...this.sync.record(totals, bytes),
      ...passed.map((message) => ({ kind: "broadcast", to: children, message }) as const),
    ];
  }

  /** null if it is of nothing that was offered. */
  piece(from: PeerId, message: Piece): readonly SyncEffect[] | null {
    return this.receiver.hear(from, message);
  }

  /** A whole snapshot was none, or not what its tip says. */
  refuse(from: PeerId, hash: Hash): void {
    this.receiver.refuse(from, hash);
  }

  /** null if nothing was offered to that peer. */
  fetch(from: PeerId, message: Fetch): readonly SyncEffect[] | null {
    return this.sender.fetch(from, message);
  }

  /** More may be sent to a peer. */
  sent(what: Sent): readonly SyncEffect[] {
    return what.kind === "answered" ? this.sync.goOn(what.answer) : this.sender.serve(what.to);
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
