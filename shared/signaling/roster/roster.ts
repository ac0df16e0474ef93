import { compareTips, type Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import { compareVersions, noVersion, type Version } from "../../base/version.ts";
import { type TopologyName, topologies } from "../../tree/topologies.ts";
import type { Member } from "../protocol/messages.ts";
import type { Pacing } from "./pacing.ts";
import { type ConnectionId, isPresent, type Participant } from "./participant.ts";
import { withdraw } from "./placement.ts";

/** A newcomer is in step where the run stood this long ago (ms), at most twice that: rounds may be faster than its way to the server. */
const maxMsBehind = 2_000;

/** Rosters remembered in `recent` while no commit is reported. */
const maxRecent = 32;

/** A roster as it went out. */
export interface IssuedRoster {
  readonly version: Version;
  /** In tree order. */
  readonly order: readonly PeerId[];
  /** The same, in full: some of them may have left since. */
  readonly members: readonly Member[];
  /** The same, for look-ups. */
  readonly set: ReadonlySet<PeerId>;
  readonly running: boolean;
  /** Who paused the run, if somebody did. */
  readonly pausedBy: Member | null;
}

/** Who was asked where they stand before the next roster goes out. */
export interface Asked {
  readonly participants: readonly Participant[];
  /** When they were asked this (ms), and when they were first asked before this roster. */
  readonly at: number;
  readonly firstAt: number;
  /** The version under which they were asked to promise to give nothing; null: asked for their tips only. */
  readonly prepare: Version | null;
}

/** A status request to all members, because a round does not end. */
export interface LivenessProbe {
  readonly at: number;
  /** When one of them last answered. */
  heardAt: number;
  /** When members that have said nothing since are taken to be gone (ms). */
  readonly until: number;
  readonly asked: readonly { readonly participant: Participant; readonly connection: ConnectionId }[];
}

/** How a member left the room. */
export interface Parting {
  /** The secret with which it may come back, under whatever name; "" for none. */
  readonly session: string;
  /** The tip that it left with; null: it did not say. */
  readonly tip: Tip | null;
}

/** The roster in force and the one that is being prepared. */
export interface Roster {
  readonly participants: Map<PeerId, Participant>;
  readonly pacing: Pacing;
  tree: TopologyName;
  startAt: number;
  issued: IssuedRoster;
  issuedAt: number;
  /**
   * Rosters under which there may be unreported rounds, oldest first: from the last one under which a commit was reported (before that,
   * the first that ran) to the one in force.
   */
  recent: readonly IssuedRoster[];
  /** Members of these that have no place any more and went away without leaving: they may still commit under the old one. */
  readonly dismissed: Set<PeerId>;
  /** How members of these left the room. */
  readonly partings: Map<PeerId, Parting>;
  /** Who may have rounds of the run that ended before this room was made; null: not known. */
  readonly absentees: readonly Parting[] | null;
  /** Members of the next roster in tree order, including those who are away until it goes out. */
  order: readonly PeerId[];
  running: boolean;
  /** Who paused it; null while it runs, and before it has begun. */
  pausedBy: Member | null;
  /** Whether the run has begun, by itself or by hand; it begins by itself once. */
  started: boolean;
  /** The tip of the last commit that the root reported. */
  rootTip: Tip | null;
  /** The furthest tip that anybody reported since. */
  highestTip: Tip | null;
  /** The highest before it, where it is of the round before; null: not known. */
  previousTip: Tip | null;
  /** Whether a peer other than the root reported it: that peer may have confirmed it by its part for the next round. */
  isShared: boolean;
  /** The root's round at time `at` (ms), and `before`, its round at least `maxMsBehind` earlier. */
  lagWindow: { readonly at: number; readonly round: number; readonly before: number };
  /** When the first waiting change came (ms); null: no change waits. */
  since: number | null;
  urgent: boolean;
  /** A member can give nothing under the version in force: the next one goes out even with the same members. */
  isStale: boolean;
  /** The open status request before the next roster; null: none. */
  asked: Asked | null;
  /** The last liveness probe; null: none. */
  livenessProbe: LivenessProbe | null;
  /** When the first of the members who are away lost its connection (ms). */
  awaySince: number | null;
  /** When the first loss expires (ms); infinity: there is none. */
  forgiveAt: number;
  /** When a forgotten run was resumed (ms); null otherwise, and from its first roster on. */
  gatherSince: number | null;
  /** Places in reported rosters of those who have left since; see `reportedRosters`. */
  readonly vacated: Set<string>;
  /** Members of the largest roster that anybody reported. */
  largest: number;
  /** The newest reported version that is believed; the next roster must be newer. */
  newestVersion: Version;
  /** No run begins before this time (ms). */
  readonly startsAt: number;
}

export function createRoster(
  epoch: number,
  participants: Map<PeerId, Participant>,
  ground: Pick<Roster, "pacing" | "startsAt" | "absentees">,
): Roster {
  return {
    participants,
    ...ground,
    tree: topologies[0].name,
    startAt: 1,
    issued: { version: [epoch, 0], order: [], members: [], set: new Set(), running: false, pausedBy: null },
    issuedAt: Number.NEGATIVE_INFINITY,
    recent: [],
    dismissed: new Set(),
    partings: new Map(),
    order: [],
    running: false,
    pausedBy: null,
    started: false,
    rootTip: null,
    highestTip: null,
    previousTip: null,
    isShared: false,
    lagWindow: { at: Number.NEGATIVE_INFINITY, round: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY },
    since: null,
    urgent: false,
    isStale: false,
    asked: null,
    livenessProbe: null,
    awaySince: null,
    forgiveAt: Number.POSITIVE_INFINITY,
    gatherSince: null,
    vacated: new Set(),
    largest: 0,
    newestVersion: noVersion,
  };
}

/** Whether a participant has a newer roster than the one in force. */
export function isBehind({ newestVersion, issued }: Roster): boolean {
  return compareVersions(newestVersion, issued.version) > 0;
}

/** Whether a participant is present under another name. */
export function hasSuccessor({ participants }: Roster, { successor }: Participant): boolean {
  const participant = successor === null ? undefined : participants.get(successor);
  return participant !== undefined && isPresent(participant);
}

/** Notes a change for the next roster. */
export function changed(roster: Roster, now: number): void {
  roster.since ??= now;
}

/** Asks for a newer version, since a member can give nothing under the one in force. */
export function markStale(roster: Roster, now: number): void {
  roster.isStale = true;
  changed(roster, now);
}

/** Notes that a member's connection is gone; it keeps its place until the next roster. */
export function away(roster: Roster, now: number): void {
  roster.awaySince ??= now;
  changed(roster, now);
}

/** Takes a participant out of the next roster, and out of the room if it is away. */
export function unplace(roster: Roster, participant: Participant, now: number): void {
  if (!participant.placed) return;
  participant.placed = false;
  roster.order = withdraw(roster.order, participant.member.peer);
  changed(roster, now);
  if (participant.connection === null) forget(roster, participant.member.peer);
}

/** Notes that one is gone without having left: if it is a member of a recent roster, it may still commit under that. */
export function dismiss({ recent, dismissed }: Roster, peer: PeerId): void {
  if (recent.some(({ set }) => set.has(peer))) dismissed.add(peer);
}

/** Removes a participant from the room, and remembers how it left. */
export function forget(roster: Roster, peer: PeerId): void {
  const participant = roster.participants.get(peer);
  if (participant !== undefined && roster.recent.some(({ set }) => set.has(peer))) {
    roster.partings.set(peer, { session: participant.session, tip: participant.lastWord });
  }
  roster.participants.delete(peer);
  forgetLosses(roster, peer);
}

/** Forgets all losses of a peer that has left or has a new connection. */
export function forgetLosses(roster: Roster, peer: PeerId): void {
  for (const participant of roster.participants.values()) if (participant.unreached.delete(peer)) participant.unplacedAt = -1;
}

/** Takes the root's report of a commit; a waiting change is due at once. @returns false if the sender is not the root or the version is too new */
export function committed(
  roster: Roster,
  participant: Participant,
  { tip, now }: { readonly tip: Tip; readonly now: number },
): boolean {
  if (roster.issued.order[0] !== participant.member.peer || compareVersions(tip.version, roster.issued.version) > 0) return false;
  roster.rootTip = tip;
  if (roster.highestTip === null || compareTips(tip, roster.highestTip) !== 0) roster.isShared = false;
  raise(roster, tip);
  const committer = roster.recent.findIndex(({ version }) => compareVersions(version, tip.version) === 0);
  if (committer > 0) forgetBefore(roster, committer);
  participant.tip = tip;
  const { lagWindow } = roster;
  if (now >= lagWindow.at + maxMsBehind) roster.lagWindow = { at: now, round: tip.round, before: lagWindow.round };
  if (roster.since !== null) roster.urgent = true;
  return true;
}

/** Sets the highest tip, and remembers the one of the round before. */
export function raise(roster: Roster, tip: Tip): void {
  const { highestTip } = roster;
  if (highestTip !== null && compareTips(tip, highestTip) === 0) return;
  roster.previousTip = highestTip !== null && highestTip.round === tip.round - 1 ? highestTip : null;
  roster.highestTip = tip;
}

/** Puts a roster in force. */
export function issued(roster: Roster, next: IssuedRoster): void {
  roster.issued = next;
  // Nothing can be committed before the first that runs.
  if (!next.running && roster.recent.length === 0) return;
  roster.recent = [...roster.recent, next];
  if (roster.recent.length > maxRecent) forgetBefore(roster, 1);
}

/** Forgets rosters before an index of `recent`: all that was committed under them has been reported. */
function forgetBefore(roster: Roster, index: number): void {
  roster.recent = roster.recent.slice(index);
  const isRecent = (peer: PeerId): boolean => roster.recent.some(({ set }) => set.has(peer));
  for (const peer of roster.dismissed) if (!isRecent(peer)) roster.dismissed.delete(peer);
  for (const peer of roster.partings.keys()) if (!isRecent(peer)) roster.partings.delete(peer);
}

/** Starts or pauses the run. @returns false if the sender is no member */
export function control(
  roster: Roster,
  participant: Participant,
  options: { readonly running: boolean; readonly now: number },
): boolean {
  if (!participant.placed) return false;
  roster.started = true;
  if (roster.running !== options.running) {
    roster.running = options.running;
    roster.pausedBy = options.running ? null : participant.member;
    roster.urgent = true;
    changed(roster, options.now);
  }
  return true;
}
