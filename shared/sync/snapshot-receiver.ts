import type { Hash } from "../base/hash.ts";
import { joinChunks } from "../base/join-chunks.ts";
import { compareTips, type Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import type { Version } from "../base/version.ts";
import type { Fetch, Piece } from "../wire/messages.ts";
import type { SyncEffect } from "./sync-effect.ts";

/** What a receiver reads of its peer. */
interface ReceiverView {
  readonly version: Version;
  readonly tip: Tip;
  /** Whether what that peer sends is let through: it is a neighbor. */
  hears(peer: PeerId): boolean;
}

/** A snapshot on its way. */
interface Coming {
  readonly tip: Tip;
  readonly total: number;
  from: PeerId;
  pieces: Uint8Array[];
  received: number;
  /** Up to where it was asked for. */
  asked: number;
  /** How much was here when it was begun, or gone on with, and at the looks around since then: the last of these. */
  seen: readonly number[];
  /** The sender's link is gone: another may be fetched instead. */
  isLost: boolean;
  /** It makes less than the least speed: the same. */
  isSlow: boolean;
}

/**
 * So much is asked for ahead: 10 Mbit/s on a way of 100 ms there and back; what a few receivers have in the sender's buffers is
 * gone soon. More is asked for when half of it is here.
 */
const windowBytes = 128 * 1024;

/** The least speed: so many bytes in so many looks around, which are 2.5 s or more apart. 52 kbit/s, a share of a poor mobile link. */
const minBytes = 64 * 1024;
const minLooks = 4;

/** Progress is told in so many steps. */
const steps = 20;

/**
 * Fetches a snapshot piece by piece, one at a time. While it comes, no other offer counts, whoever makes it: a sender whose rounds go on
 * may have a newer one at each question. After a lost link it goes on with whoever offers the same tip; what was fetched is checked as
 * a whole at the end, so it does not matter who gave which piece. One that is not what it says is not fetched from that peer again;
 * one that comes in a trickle is given up for another.
 */
export class SnapshotReceiver {
  private readonly view: ReceiverView;
  private readonly maxBytes: number;
  private coming: Coming | null = null;
  private readonly refused = new Map<PeerId, string>();
  /** Whose snapshot was given up for its slowness: not begun again before a while has passed in which nobody else gave one. */
  private readonly slow = new Map<PeerId, string>();

  /** @param maxBytes of a snapshot of this run */
  constructor(view: ReceiverView, options: { readonly maxBytes: number }) {
    this.view = view;
    this.maxBytes = options.maxBytes;
  }

  /** All that it knows while no snapshot is on its way, as plain data. */
  get standing() {
    const pairs = (of: ReadonlyMap<PeerId, string>) => [...of].map(([peer, hash]) => ({ peer, hash }));
    return { refused: pairs(this.refused), slow: pairs(this.slow) };
  }

  /** Whether `standing` is all. */
  get isAtRest(): boolean {
    return this.coming === null;
  }

  /** Goes on from where another stood. */
  resume({ refused, slow }: SnapshotReceiver["standing"]): void {
    for (const { peer, hash } of refused) this.refused.set(peer, hash);
    for (const { peer, hash } of slow) this.slow.set(peer, hash);
  }

  /** Whether a snapshot is on its way, and comes on. */
  get isFetching(): boolean {
    const { coming } = this;
    return coming !== null && !coming.isLost && !coming.isSlow && this.view.hears(coming.from);
  }

  /** A piece, or an offer: a piece without bytes. null if it is none that could be of use. */
  hear(from: PeerId, piece: Piece): readonly SyncEffect[] | null {
    if (piece.total > this.maxBytes || piece.offset + piece.bytes.length > piece.total) return null;
    if (compareTips(piece.tip, this.view.tip) <= 0) {
      if (this.coming?.tip.hash === piece.tip.hash) this.coming = null;
      return [];
    }
    if (this.refused.get(from) === piece.tip.hash) return [];
    return piece.bytes.length === 0 ? this.offered(from, piece) : this.append(from, piece);
  }

  /** What that peer gave is not what it says: it is not fetched from it again. */
  refuse(from: PeerId, hash: Hash): void {
    this.refused.set(from, hash);
  }

  /** The link is gone. */
  lost(peer: PeerId): void {
    if (this.coming?.from === peer) this.coming.isLost = true;
    this.refused.delete(peer);
    this.slow.delete(peer);
  }

  /** Called now and then: what has come too slowly since a few times ago may be given up for another. */
  lookAround(): void {
    const { coming } = this;
    if (coming === null) return this.slow.clear();
    const [before] = coming.seen;
    coming.isSlow = coming.seen.length === minLooks && coming.received - before! < minBytes;
    coming.seen = [...coming.seen, coming.received].slice(-minLooks);
  }

  private offered(from: PeerId, { tip, total }: Piece): readonly SyncEffect[] {
    if (this.isFetching) return [];
    const { coming } = this;
    const isSame = coming?.tip.hash === tip.hash && coming.total === total;
    if (coming === null && this.slow.get(from) === tip.hash) return [];
    if (coming?.isSlow === true && coming.from !== from) this.slow.set(coming.from, coming.tip.hash);
    const begun = isSame ? coming : { tip, total, pieces: [], received: 0 };
    const { received } = begun;
    const next: Coming = { ...begun, from, asked: received, seen: [received], isLost: false, isSlow: false };
    this.coming = next;
    return this.ask(next);
  }

  private append(from: PeerId, { tip, offset, bytes, total }: Piece): readonly SyncEffect[] {
    const { coming } = this;
    if (coming?.tip.hash !== tip.hash || coming.total !== total || coming.from !== from || offset !== coming.received) return [];
    coming.pieces.push(bytes);
    const told = Math.floor((steps * coming.received) / total);
    coming.received += bytes.length;
    const { received } = coming;
    const hasStepped = Math.floor((steps * received) / total) > told;
    const progress: SyncEffect[] = hasStepped ? [{ kind: "progress", received, total }] : [];
    if (received < total) return [...progress, ...this.ask(coming)];
    this.coming = null;
    return [...progress, { kind: "whole", from, bytes: joinChunks(coming.pieces, total), hash: tip.hash }];
  }

  private ask(coming: Coming): readonly SyncEffect[] {
    const { from, tip, received, total, asked } = coming;
    if (asked >= total || asked - received > windowBytes / 2) return [];
    coming.asked = received + windowBytes;
    const { version } = this.view;
    const message: Fetch = { kind: "fetch", version, hash: tip.hash, offset: asked, length: coming.asked - asked };
    return [{ kind: "post", to: from, message }];
  }
}
