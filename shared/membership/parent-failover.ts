import type { Clock } from "../base/clock.ts";
import type { PeerId } from "../base/transport.ts";
import type { Neighborhood } from "./neighbors.ts";

/** So long a peer waits for the link to its parent before it asks another: by then it has been dialled again once. */
const orphanMs = 1_500;

export interface ParentFailoverHost {
  readonly clock: Clock;
  /** Whether there is a link to a peer. */
  isOpen(peer: PeerId): boolean;
  /** Asks a peer to take this one in, or tells it that this is not needed any more. */
  ask(peer: PeerId, wanted: boolean): void;
  /** This peer's parts go to that position from now on; null: nobody can be reached. */
  turnTo(position: number | null): void;
  takeIn(position: number): void;
  /** A child that was taken in is one no more. */
  release(position: number): void;
}

/**
 * Who sums with whom while links of the tree are lost. A peer whose parent is out of reach asks the peer at the other end of a
 * backup link to take it in, and goes back when its parent is there again. The other treats it as a child: waits for its parts,
 * sends it the totals. All of it ends with the next roster.
 */
export class ParentFailover {
  private readonly ground: ParentFailoverHost;
  private near: Neighborhood | null = null;
  private standIn: PeerId | null = null;
  private readonly taken = new Map<PeerId, number>();
  /** null while the parent is there, or there is none. */
  private cancelWait: (() => void) | null = null;
  private isOrphan = false;

  constructor(ground: ParentFailoverHost) {
    this.ground = ground;
  }

  /** From whom totals come. */
  get parent(): PeerId | null {
    return this.standIn ?? this.near?.parent ?? null;
  }

  /** The peers that were taken in. */
  get children(): readonly PeerId[] {
    return [...this.taken.keys()];
  }

  /** Whether this peer waits for its parent, or has asked for another. */
  get isCutOff(): boolean {
    return this.isOrphan && this.standIn === null;
  }

  isReparented(peer: PeerId): boolean {
    return peer === this.standIn || this.taken.has(peer);
  }

  /** A new roster. @returns the position of the parent if it is there, to which parts may go */
  adopt(near: Neighborhood): number | null {
    this.close();
    this.near = near;
    this.standIn = null;
    this.taken.clear();
    if (near.parent === null) return null;
    if (this.ground.isOpen(near.parent)) return near.treePosition!.place.parent;
    this.wait();
    return null;
  }

  opened(peer: PeerId): void {
    const { near, standIn } = this;
    if (near === null) return;
    if (peer === near.parent) {
      this.close();
      this.standIn = null;
      if (standIn !== null) this.ground.ask(standIn, false);
      this.ground.turnTo(near.treePosition!.place.parent);
    } else this.findStandIn();
  }

  lost(peer: PeerId): void {
    this.giveUp(peer);
    if (peer === this.standIn) {
      this.standIn = null;
      this.ground.turnTo(null);
    } else if (peer === this.near?.parent && this.standIn === null && this.cancelWait === null) {
      this.ground.turnTo(null);
      this.wait();
    }
    this.findStandIn();
  }

  /** The peer at the other end of a backup link wants to be taken in, or does not need it any more. */
  asked(peer: PeerId, wanted: boolean): boolean {
    const backup = this.near?.backups.find((each) => each.peer === peer);
    if (backup === undefined) return false;
    if (!wanted) this.giveUp(peer);
    else if (peer !== this.standIn) this.take(peer, backup.position);
    else if (backup.position > this.near!.treePosition!.position) {
      // Each has asked the other, and both would wait: the later one hangs below the earlier.
      this.standIn = null;
      this.ground.ask(peer, false);
      this.ground.turnTo(null);
      this.take(peer, backup.position);
    }
    this.findStandIn();
    return true;
  }

  close(): void {
    this.cancelWait?.();
    this.cancelWait = null;
    this.isOrphan = false;
  }

  private wait(): void {
    this.cancelWait?.();
    this.cancelWait = this.ground.clock.after(orphanMs, () => {
      this.isOrphan = true;
      this.findStandIn();
    });
  }

  private findStandIn(): void {
    if (!this.isOrphan || this.standIn !== null) return;
    const backup = this.near?.backups.find(({ peer }) => this.ground.isOpen(peer) && !this.taken.has(peer));
    if (backup === undefined) return;
    this.standIn = backup.peer;
    this.ground.ask(backup.peer, true);
    this.ground.turnTo(backup.position);
  }

  private take(peer: PeerId, position: number): void {
    this.taken.set(peer, position);
    this.ground.takeIn(position);
  }

  private giveUp(peer: PeerId): void {
    const position = this.taken.get(peer);
    if (position === undefined) return;
    this.taken.delete(peer);
    this.ground.release(position);
  }
}
