import type { PeerId } from "../base/transport.ts";
import { compareVersions, noVersion, type Version } from "../base/version.ts";
import type { LinkView, MembershipEffect } from "./membership-effect.ts";
import type { Neighborhood } from "./neighbors.ts";
import { ParentFailover } from "./parent-failover.ts";
import { type Misbehavior, PeerScore } from "./peer-score.ts";

/**
 * This peer in the room: the roster in force, whom it sums with under it while links come and go, whom it does not hear any more,
 * and up to which roster it has promised to give nothing.
 */
export class Membership {
  private readonly view: LinkView;
  private readonly score = new PeerScore();
  private readonly failover: ParentFailover;
  private current: Neighborhood | null = null;
  /** Peers whose link is gone, until it is back: no sum waits for them under any roster. */
  private readonly missing = new Set<PeerId>();
  /** The last roster under which this peer has promised to give nothing more. */
  private promised: Version | null = null;

  constructor(view: LinkView) {
    this.view = view;
    this.failover = new ParentFailover(view);
  }

  /** All that it knows, as plain data. */
  get standing() {
    const { current: near, promised, failover, score } = this;
    return { near, promised, missing: [...this.missing], failover: failover.standing, score: score.standing };
  }

  /** Goes on from where another stood. */
  resume({ near, promised, missing, failover, score }: Membership["standing"]): void {
    this.current = near;
    this.promised = promised;
    for (const peer of missing) this.missing.add(peer);
    this.failover.resume(near, failover);
    this.score.resume(score);
  }

  /** Whether `standing` is all: no wait is under way. */
  get isAtRest(): boolean {
    return this.failover.isAtRest;
  }

  /** null before the first roster. */
  get near(): Neighborhood | null {
    return this.current;
  }

  /** The version of the roster in force. */
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

  /** Whether the link to a peer idles until a parent is lost. */
  isBackup(peer: PeerId): boolean {
    return this.current?.backups.some((backup) => backup.peer === peer) === true;
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

  /** Whether a neighbor is not heard any more under this roster. */
  isMuted(peer: PeerId): boolean {
    return this.score.isMuted(peer);
  }

  /** A roster, or an observer's new donor under the same one. null: it is no new roster; an older one is ignored. */
  adopt(near: Neighborhood): readonly MembershipEffect[] | null {
    const age = compareVersions(near.roster.version, this.version);
    if (age >= 0) this.current = near;
    if (age <= 0) return null;
    // Whose link is there all the time is not heard of as opened.
    for (const peer of this.missing) if (this.isMuted(peer) && this.view.isOpen(peer)) this.missing.delete(peer);
    this.score.adopt((peer) => this.isNear(peer));
    const { parent, effects } = this.failover.adopt(near);
    const join: MembershipEffect = { kind: "join", treePosition: near.treePosition, parent, hasPromised: this.promise !== null };
    return [...effects, join, ...this.passOverMissing()];
  }

  /** A roster may still name who has just gone. */
  private passOverMissing(): readonly MembershipEffect[] {
    for (const peer of this.missing) if (this.childPosition(peer) === null) this.missing.delete(peer);
    return [...this.missing].map((peer) => ({ kind: "child-lost", position: this.childPosition(peer)! }));
  }

  /** Until there is a newer roster than this, this peer adds to no sum and makes no total. It passes on what others give. */
  prepare(version: Version): readonly MembershipEffect[] {
    if (this.promised !== null && compareVersions(version, this.promised) <= 0) return [];
    this.promised = version;
    return this.promise === null ? [] : [{ kind: "prepare" }];
  }

  /** The roster up to which this peer gives nothing; null: it gives. */
  get promise(): Version | null {
    return this.promised !== null && compareVersions(this.version, this.promised) <= 0 ? this.promised : null;
  }

  /** The link to a peer is there, perhaps again. */
  opened(peer: PeerId): readonly MembershipEffect[] {
    if (this.isMuted(peer)) return [];
    this.missing.delete(peer);
    const position = this.childPosition(peer);
    return [...(position === null ? [] : [{ kind: "child-found", position } as const]), ...this.failover.opened(peer)];
  }

  /** The link to a peer is gone, or as good as that. */
  lost(peer: PeerId): readonly MembershipEffect[] {
    this.missing.add(peer);
    const position = this.childPosition(peer);
    return [...(position === null ? [] : [{ kind: "child-lost", position } as const]), ...this.failover.lost(peer)];
  }

  /** The wait for the parent's link has ended without it. */
  orphaned(): readonly MembershipEffect[] {
    return this.failover.orphaned();
  }

  /** A peer asks to be taken in, or to be let go. null: it may not ask. */
  asked(peer: PeerId, wanted: boolean): readonly MembershipEffect[] | null {
    return this.failover.asked(peer, wanted);
  }

  /** A neighbor has said what is of no use. */
  misbehaved(peer: PeerId, misbehavior: Misbehavior): readonly MembershipEffect[] {
    const reason = this.score.hear(peer, misbehavior);
    return reason === null ? [] : mute(peer, reason);
  }

  /** The chain has moved. */
  moved(): readonly MembershipEffect[] {
    const found = this.score.moved();
    return found === null ? [] : mute(found.peer, found.reason);
  }

  private childPosition(peer: PeerId): number | null {
    const index = this.current?.children.indexOf(peer) ?? -1;
    return index < 0 ? null : this.current!.treePosition!.place.children[index]!;
  }
}

function mute(peer: PeerId, reason: string): readonly MembershipEffect[] {
  return [
    { kind: "lost", peer },
    { kind: "muted", peer, reason },
  ];
}
