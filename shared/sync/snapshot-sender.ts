import type { Hash } from "../base/hash.ts";
import { compareTips, type Tip } from "../base/tip.ts";
import type { PeerId } from "../base/transport.ts";
import type { Version } from "../base/version.ts";
import type { Fetch, Piece } from "../wire/messages.ts";
import type { SyncEffect } from "./sync-effect.ts";

/** What one message carries of a snapshot: on a slow uplink a tenth of a second, which the sums of a round may have to wait. */
export const pieceBytes = 64 * 1024;
/** Encoded snapshots that are kept: one that is being fetched, and one for who stands further along than that. */
const maxKept = 2;

/** A replica as a message, and where its chain stands. */
export interface EncodedSnapshot {
  readonly tip: Tip;
  readonly bytes: Uint8Array;
}

type Wish = Pick<Fetch, "hash" | "offset" | "length">;

/** What a sender reads of its peer. */
interface SenderView {
  readonly version: Version;
  /** The replica as a message, encoded. */
  encode(): EncodedSnapshot;
  /** Whether who has that tip can be sent the totals that follow it. */
  leadsOn(tip: Tip): boolean;
}

type Posts = readonly Extract<SyncEffect, { kind: "post" }>[];

/**
 * Serves snapshots in pieces: each is asked for by the receiver, and to each receiver one at a time is on its way. What a peer has begun to
 * fetch it is offered until it has all of it, even if the totals that follow are not in the log: rounds may be faster than links.
 */
export class SnapshotSender {
  private readonly view: SenderView;
  /** What was asked for last comes first. */
  private kept: readonly EncodedSnapshot[] = [];
  /** Where each peer stood when it was offered one. */
  private readonly offered = new Map<PeerId, Tip>();
  /** Which one each peer has begun to fetch, and has not been sent to its end. */
  private readonly fetched = new Map<PeerId, Hash>();
  /** What each peer has asked for and was not sent yet. */
  private readonly wishes = new Map<PeerId, Wish>();
  private readonly pieceBytes: number;
  /** To whom a piece is on its way. */
  private readonly serving = new Set<PeerId>();

  constructor(view: SenderView, options: { readonly pieceBytes: number }) {
    this.view = view;
    this.pieceBytes = options.pieceBytes;
  }

  /** All that it knows while no piece is under way, as plain data. */
  get standing() {
    const offered = [...this.offered].map(([peer, tip]) => ({ peer, tip }));
    const fetched = [...this.fetched].map(([peer, hash]) => ({ peer, hash }));
    return { kept: [...this.kept], offered, fetched };
  }

  /** Whether `standing` is all. */
  get isAtRest(): boolean {
    return this.serving.size === 0 && this.wishes.size === 0;
  }

  /** Goes on from where another stood. */
  resume({ kept, offered, fetched }: SnapshotSender["standing"]): void {
    this.kept = kept;
    for (const { peer, tip } of offered) this.offered.set(peer, tip);
    for (const { peer, hash } of fetched) this.fetched.set(peer, hash);
  }

  /** Says to a peer that stands at `theirs` what there is to be fetched. */
  offer(to: PeerId, theirs: Tip): Posts {
    const { tip, bytes } = this.choose(to, theirs);
    const { version } = this.view;
    this.offered.set(to, theirs);
    const message: Piece = { kind: "piece", version, tip, total: bytes.length, offset: 0, bytes: new Uint8Array(0) };
    return [{ kind: "post", to, message }];
  }

  /** null if nothing was offered to that peer. One that asks for what follows is sent all of it; else what it asked for last. */
  fetch(from: PeerId, { hash, offset, length }: Wish): Posts | null {
    if (!this.offered.has(from)) return null;
    const open = this.wishes.get(from);
    const follows = open !== undefined && open.hash === hash && open.offset + open.length === offset;
    this.use(from, hash);
    this.wishes.set(from, follows ? { ...open, length: open.length + length } : { hash, offset, length });
    return this.serving.has(from) ? [] : this.serve(from);
  }

  forget(peer: PeerId): void {
    this.offered.delete(peer);
    this.fetched.delete(peer);
    this.wishes.delete(peer);
  }

  /**
   * The one that the peer has begun to fetch; else one that others fetch, if one can go on from there by totals; else a new one, in
   * the place of one that nobody fetches. Where all are being fetched, who comes has the newest of them first, and one more after it.
   */
  private choose(to: PeerId, theirs: Tip): EncodedSnapshot {
    const useful = this.kept.filter(({ tip }) => compareTips(tip, theirs) > 0);
    const begun = useful.find(({ tip }) => tip.hash === this.fetched.get(to));
    if (begun === undefined) this.fetched.delete(to);
    const found = begun ?? useful.find(({ tip }) => this.view.leadsOn(tip));
    if (found !== undefined) return found;
    const inUse = new Set(this.fetched.values());
    const free = this.kept.findLast(({ tip }) => !inUse.has(tip.hash));
    const isFull = this.kept.length === maxKept;
    if (isFull && free === undefined && useful.length > 0)
      return useful.reduce((a, b) => (compareTips(b.tip, a.tip) > 0 ? b : a));
    const least = free ?? this.kept.at(-1);
    const fresh = this.view.encode();
    this.kept = [fresh, ...(isFull ? this.kept.filter((one) => one !== least) : this.kept)];
    return fresh;
  }

  private use(from: PeerId, hash: Hash): void {
    const one = this.find(hash);
    if (one === undefined) return;
    this.fetched.set(from, hash);
    this.kept = [one, ...this.kept.filter((other) => other !== one)];
  }

  /** The next of what a peer has asked for. `served` is to be said when more may be sent to it. */
  serve(to: PeerId): Posts {
    const posts: Posts[number][] = [];
    this.serving.add(to);
    for (let wish = this.wishes.get(to); wish !== undefined; wish = this.wishes.get(to)) {
      const { hash, offset, length } = wish;
      this.wishes.delete(to);
      const found = this.find(hash);
      if (found === undefined) posts.push(...this.offer(to, this.offered.get(to)!));
      else if (offset < found.bytes.length && length > 0) {
        const bytes = found.bytes.subarray(offset, offset + this.pieceBytes);
        if (offset + bytes.length === found.bytes.length) this.fetched.delete(to);
        if (length > bytes.length) this.wishes.set(to, { hash, offset: offset + bytes.length, length: length - bytes.length });
        const { version } = this.view;
        const message: Piece = { kind: "piece", version, tip: found.tip, total: found.bytes.length, offset, bytes };
        return [...posts, { kind: "post", to, message, next: { kind: "served", to } }];
      }
    }
    this.serving.delete(to);
    return posts;
  }

  private find(hash: Hash): EncodedSnapshot | undefined {
    return this.kept.find(({ tip }) => tip.hash === hash);
  }
}
