import type { Hash } from "../hash.ts";
import type { Tip } from "../signaling/messages.ts";
import type { PeerId } from "../transport.ts";
import type { Fetch, Piece } from "../wire/messages.ts";

/** What one message carries of a snapshot: on a slow uplink a tenth of a second, which the sums of a round may have to wait. */
export const pieceBytes = 64 * 1024;
/** Encoded snapshots that are kept: one that is being fetched, and one for who is on another chain or further behind. */
const mostKept = 2;

interface Kept {
  readonly tip: Tip;
  readonly bytes: Uint8Array;
}

type Wish = Pick<Fetch, "hash" | "offset" | "length">;

interface GiverGround {
  /** The replica as a message, encoded. */
  encode(): Kept;
  /** Whether who has that tip can be sent the totals that follow it. */
  leadsOn(tip: Tip): boolean;
  send(to: PeerId, message: Omit<Piece, "version">): Promise<void>;
}

/** Serves snapshots in pieces: each is asked for by the receiver, and one at a time is on its way, whoever asks. */
export class SnapshotGiver {
  private readonly ground: GiverGround;
  private kept: readonly Kept[] = [];
  private readonly offered = new Set<PeerId>();
  /** What each peer has asked for and was not sent yet. */
  private readonly wishes = new Map<PeerId, Wish>();
  private readonly pieceBytes: number;
  private isServing = false;

  constructor(ground: GiverGround, options: { readonly pieceBytes: number }) {
    this.ground = ground;
    this.pieceBytes = options.pieceBytes;
  }

  /** Says what there is to be fetched: the one that others fetch, if one can go on from there by totals. */
  offer(to: PeerId): void {
    const found = this.kept.find(({ tip }) => this.ground.leadsOn(tip));
    const { tip, bytes } = found ?? this.ground.encode();
    if (found === undefined) this.kept = [{ tip, bytes }, ...this.kept].slice(0, mostKept);
    this.offered.add(to);
    void this.ground.send(to, { kind: "piece", tip, total: bytes.length, offset: 0, bytes: new Uint8Array(0) });
  }

  /** False if nothing was offered to that peer. One that asks for what follows is sent all of it; else what it asked for last. */
  fetch(from: PeerId, { hash, offset, length }: Wish): boolean {
    if (!this.offered.has(from)) return false;
    const open = this.wishes.get(from);
    const follows = open !== undefined && open.hash === hash && open.offset + open.length === offset;
    this.wishes.set(from, follows ? { ...open, length: open.length + length } : { hash, offset, length });
    if (!this.isServing) void this.serve();
    return true;
  }

  forget(peer: PeerId): void {
    this.offered.delete(peer);
    this.wishes.delete(peer);
  }

  private async serve(): Promise<void> {
    this.isServing = true;
    for (let next = this.next(); next !== undefined; next = this.next()) {
      const [to, { hash, offset, length }] = next;
      // Behind the others: each has its turn.
      this.wishes.delete(to);
      const found = this.find(hash);
      if (found === undefined) this.offer(to);
      else if (offset < found.bytes.length && length > 0) {
        const bytes = found.bytes.subarray(offset, offset + this.pieceBytes);
        if (length > bytes.length) this.wishes.set(to, { hash, offset: offset + bytes.length, length: length - bytes.length });
        await this.ground.send(to, { kind: "piece", tip: found.tip, total: found.bytes.length, offset, bytes });
      }
    }
    this.isServing = false;
  }

  private next(): [PeerId, Wish] | undefined {
    return this.wishes.entries().next().value;
  }

  private find(hash: Hash): Kept | undefined {
    return this.kept.find(({ tip }) => tip.hash === hash);
  }
}
