import type { Clock } from "../base/clock.ts";
import type { PeerId } from "../base/transport.ts";
import { compareVersions, noVersion, type Version } from "../base/version.ts";
import type { AllReduce } from "../reduce/all-reduce.ts";
import type { AllReduceEffect } from "../reduce/all-reduce-types.ts";
import type { Neighborhood } from "./neighbors.ts";
import { ParentFailover } from "./parent-failover.ts";
import { PeerScore } from "./peer-score.ts";

export interface MembershipGround {
  readonly clock: Clock;
  readonly events: {
    /** Whether there is a link to a peer. */
    isOpen(peer: PeerId): boolean;
    /** A neighbor keeps saying what cannot be read, or does not fit: it is as good as out of reach. */
    muted(peer: PeerId, reason: string): void;
  };
  /** Asks a peer to take this one in, or tells it that this is not needed any more. */
  ask(peer: PeerId, wanted: boolean): void;
  perform(effects: readonly AllReduceEffect[]): void;
  /** Nothing that comes from a peer is of use: as if the link to it were gone. */
  lost(peer: PeerId): void;
}

/**
 * This peer in the room: the roster in force, whom it sums with under it while links come and go, whom it does not hear any more,
 * and up to which roster it has promised to give nothing. What changes of these it tells the sums.
 */
export class Membership {
  /** Whom of its neighbors this peer does not hear any more. */
  readonly score: PeerScore;
  private readonly sums: AllReduce;
  private readonly ground: MembershipGround;
  private readonly failover: ParentFailover;
  private current: Neighborhood | null = null;
  /** Whose link is gone, until it is back: no sum waits for them, whatever the roster. */
  private readonly missing = new Set<PeerId>();
  /** The last roster under which this peer has promised to give nothing more. */
  private promised: Version | null = null;

  constructor(sums: AllReduce, ground: MembershipGround) {
    this.sums = sums;
    this.ground = ground;
    this.score = new PeerScore((peer, reason) => {
      ground.lost(peer);
      ground.events.muted(peer, reason);
    });
    this.failover = new ParentFailover({
      clock: ground.clock,
      isOpen: (peer) => ground.events.isOpen(peer),
      ask: (peer, wanted) => ground.ask(peer, wanted),
      turnTo: (position) => ground.perform(sums.turnTo(position)),
      takeIn: (position) => sums.takeIn(position),
      release: (position) => ground.perform(sums.lost(position)),
    });
  }

  /** null before the first roster. */
  get near(): Neighborhood | null {
    return this.current;
  }

  /** Of the roster in force. */
  get version(): Version {
    return this.current?.roster.version ?? noVersion;
  }

  get isObserver(): boolean {
    return this.current?.treePosition == null;
  }

  /** From whom totals, or an observer's snapshot, come. */
  get upstream(): PeerId | null {
    return this.failover.parent ?? this.current?.donor ?? null;
  }

  /** To whom totals go. */
  get children(): readonly PeerId[] {
    return [...(this.current?.children ?? []), ...this.failover.children];
  }

  /** Whether the link to the root is gone, and nobody takes this peer in. */
  get hasLostRoot(): boolean {
    return this.current?.treePosition?.place.parent === 0 && this.failover.isCutOff;
  }

  /** Whether a peer sums with this one, or is its donor. */
  isNear(peer: PeerId): boolean {
    const near = this.current;
    if (near === null) return false;
    return peer === near.parent || peer === near.donor || near.children.includes(peer) || this.failover.isReparented(peer);
  }

  /** Whether a peer with a link to this one is no member, so that nobody else sends it totals. */
  isNonMember(peer: PeerId): boolean {
    return !(this.current?.roster.members.some((member) => member.peer === peer) ?? false);
  }

  /** -1: no member. */
  positionOf(peer: PeerId): number {
    return this.current?.roster.members.findIndex((member) => member.peer === peer) ?? -1;
  }

  peerAt(position: number): PeerId {
    return this.current!.roster.members[position]!.peer;
  }

  /** A roster, or an observer's new donor under the same one. An older roster is ignored. @returns whether it is a new roster */
  adopt(near: Neighborhood): boolean {
    const age = compareVersions(near.roster.version, this.version);
    if (age >= 0) this.current = near;
    if (age <= 0) return false;
    // Whose link is there all the time is not heard of as opened.
    for (const peer of this.missing) if (this.score.isMuted(peer) && this.ground.events.isOpen(peer)) this.missing.delete(peer);
    this.score.adopt((peer) => this.isNear(peer));
    const parent = this.failover.adopt(near);
    this.ground.perform(this.sums.adopt(near.treePosition, { parent, hasPromised: this.promise !== null }));
    this.passOverMissing();
    return true;
  }

  /** A roster may still name who has just gone. */
  private passOverMissing(): void {
    for (const peer of [...this.missing]) {
      const position = this.childPosition(peer);
      if (position === null) this.missing.delete(peer);
      else this.ground.perform(this.sums.lost(position));
    }
  }

  /** Until there is a newer roster than this, this peer adds to no sum and makes no total. It passes on what others give. */
  prepare(version: Version): void {
    if (this.promised !== null && compareVersions(version, this.promised) <= 0) return;
    this.promised = version;
    if (this.promise !== null) this.ground.perform(this.sums.prepare());
  }

  /** The roster up to which this peer gives nothing; null: it gives. */
  get promise(): Version | null {
    return this.promised !== null && compareVersions(this.version, this.promised) <= 0 ? this.promised : null;
  }

  /** The link to a peer is there, perhaps again. */
  opened(peer: PeerId): void {
    if (this.score.isMuted(peer)) return;
    this.missing.delete(peer);
    const position = this.childPosition(peer);
    if (position !== null) this.sums.found(position);
    this.failover.opened(peer);
  }

  /** The link to a peer is gone, or as good as that. */
  lost(peer: PeerId): void {
    this.missing.add(peer);
    const position = this.childPosition(peer);
    if (position !== null) this.ground.perform(this.sums.lost(position));
    this.failover.lost(peer);
  }

  /** A peer asks to be taken in, or to be let go. @returns whether it may ask */
  asked(peer: PeerId, wanted: boolean): boolean {
    return this.failover.asked(peer, wanted);
  }

  close(): void {
    this.failover.close();
  }

  private childPosition(peer: PeerId): number | null {
    const index = this.current?.children.indexOf(peer) ?? -1;
    return index < 0 ? null : this.current!.treePosition!.place.children[index]!;
  }
}
