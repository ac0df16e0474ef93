import { compareTips, type Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import { compareVersions, noVersion, type Version } from "../../base/version.ts";
import type { TreeKind } from "../../tree/tree.ts";
import type { Member } from "../protocol/messages.ts";
import type { Pacing } from "./pacing.ts";
import type { ConnectionId, Participant } from "./participant.ts";
import { withdraw } from "./placement.ts";

/** Rounds may be faster than its way to the server: so long ago (ms), and at most twice that, it may have been in step. */
const maxMsBehind = 2_000;

/** Rosters that are remembered while no commit is reported. */
const mostRecent = 32;

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
  /** When they were asked this, and when they were first asked anything. */
  readonly at: number;
  readonly firstAt: number;
  /** And to give nothing more under this roster and those before it; null: only where they stand. */
  readonly prepare: Version | null;
}

/** Members that were asked whether they are here, because a round does not end. */
export interface LivenessProbe {
  readonly at: number;
  /** When one of them last answered. */
  heardAt: number;
  /** When those who have said nothing since are taken to be gone. */
  readonly until: number;
  readonly asked: readonly { readonly participant: Participant; readonly connection: ConnectionId }[];
}

/** How a member went. */
export interface Parting {
  /** The secret with which it may come back, under whatever name; "" for none. */
  readonly session: string;
  /** Where it said that it stood; null: it did not say. */
  readonly tip: Tip | null;
}

/** The roster in force and the one that is being prepared. */
export interface Roster {
  readonly participants: Map<PeerId, Participant>;
  readonly pacing: Pacing;
  tree: TreeKind;
  startAt: number;
  issued: IssuedRoster;
  issuedAt: number;
  /**
   * Those under which there may be rounds that nobody could report, oldest first: the last one under which a commit was reported, or
   * else the first that ran, and those that went out since.
   */
  recent: readonly IssuedRoster[];
  /** Of their members, those who were taken out of a later one because they were away: they may yet be at it. */
  readonly dismissed: Set<PeerId>;
  /** Of their members, how those went who are out of the room. */
  readonly partings: Map<PeerId, Parting>;
  /** Who may have rounds of a run in this room that had ended when the room was made; null: that is not known. */
  readonly absentees: readonly Parting[] | null;
  /** The next roster: members in tree order, those who are away included until it goes out. */
  order: readonly PeerId[];
  running: boolean;
  /** Who paused it; null while it runs, and before it has begun. */
  pausedBy: Member | null;
  /** The run has begun once, by itself or by hand; it does not begin by itself again. */
  started: boolean;
  /** Where the root last said the run stands. */
  rootTip: Tip | null;
  /** The furthest that anybody said to stand since. */
  highestTip: Tip | null;
  /** Whether another than the root said so: it may have given its part for the round after, and so have confirmed it. */
  isShared: boolean;
  /** What it said at `at`, and what it had said at least `maxMsBehind` before that. */
  lagWindow: { readonly at: number; readonly round: number; readonly before: number };
  /** When the first waiting change came; null if none waits. */
  since: number | null;
  urgent: boolean;
  /** A member can give nothing under the version in force: the next one goes out even if it is the same roster. */
  isStale: boolean;
  /** null: nobody was asked. */
  asked: Asked | null;
  /** The last time that members were asked whether they are here; null: never. */
  livenessProbe: LivenessProbe | null;
  /** When the first of the members who are away went. */
  awaySince: number | null;
  /** When the first belief that two peers cannot reach each other ends; infinity while there is none. */
  forgiveAt: number;
  /** When a run that the server had forgotten was resumed; null otherwise and once its first roster is out. */
  gatherSince: number | null;
  /** Members of the largest roster that anybody came back from. */
  largest: number;
  /** The newest roster that a peer is believed to have. It may be another server's; what goes out must be newer. */
  newestVersion: Version;
  /** Before this no roster of a run that has not begun goes out. */
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
    tree: "heap",
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
    largest: 0,
    newestVersion: noVersion,
  };
}

/** Whether a peer has a newer roster than the one in force. */
export function isBehind({ newestVersion, issued }: Roster): boolean {
  return compareVersions(newestVersion, issued.version) > 0;
}

/** Something is to go out with the next roster. */
export function changed(roster: Roster, now: number): void {
  roster.since ??= now;
}

/** A member can give nothing under the version in force. */
export function markStale(roster: Roster, now: number): void {
  roster.isStale = true;
  changed(roster, now);
}

/** A member's socket is gone; it keeps its place until the next roster goes out. */
export function away(roster: Roster, now: number): void {
  roster.awaySince ??= now;
  changed(roster, now);
}

/** Takes a participant out of the next roster. Who is away had nothing here but its place: it is out of the room. */
export function unplace(roster: Roster, participant: Participant, now: number): void {
  if (!participant.placed) return;
  participant.placed = false;
  roster.order = withdraw(roster.order, participant.member.peer);
  changed(roster, now);
  if (participant.connection === null) forget(roster, participant.member.peer);
}

/** A participant is out of the room. */
export function forget(roster: Roster, peer: PeerId): void {
  const participant = roster.participants.get(peer);
  if (participant !== undefined && roster.recent.some(({ set }) => set.has(peer))) {
    roster.partings.set(peer, { session: participant.session, tip: participant.lastWord });
  }
  roster.participants.delete(peer);
  forgetLosses(roster, peer);
}

/** Forgets who could not reach a peer that has left or come back with a new connection: there may be a place for them again. */
export function forgetLosses(roster: Roster, peer: PeerId): void {
  for (const participant of roster.participants.values()) if (participant.unreached.delete(peer)) participant.unplacedAt = -1;
}

/** The root reports a commit: what waits may go out now. False unless it is the root and the tip one that it can have. */
export function committed(
  roster: Roster,
  participant: Participant,
  { tip, now }: { readonly tip: Tip; readonly now: number },
): boolean {
  if (roster.issued.order[0] !== participant.member.peer || compareVersions(tip.version, roster.issued.version) > 0) return false;
  roster.rootTip = tip;
  if (roster.highestTip === null || compareTips(tip, roster.highestTip) !== 0) roster.isShared = false;
  roster.highestTip = tip;
  const committer = roster.recent.findIndex(({ version }) => compareVersions(version, tip.version) === 0);
  if (committer > 0) forgetBefore(roster, committer);
  participant.tip = tip;
  const { lagWindow } = roster;
  if (now >= lagWindow.at + maxMsBehind) roster.lagWindow = { at: now, round: tip.round, before: lagWindow.round };
  if (roster.since !== null) roster.urgent = true;
  return true;
}

/** A roster has gone out. */
export function issued(roster: Roster, next: IssuedRoster): void {
  roster.issued = next;
  // From the first one that runs on.
  if (!next.running && roster.recent.length === 0) return;
  roster.recent = [...roster.recent, next];
  if (roster.recent.length > mostRecent) forgetBefore(roster, 1);
}

/** What was committed under the rosters before this one is known from those who came after. */
function forgetBefore(roster: Roster, index: number): void {
  roster.recent = roster.recent.slice(index);
  const isRecent = (peer: PeerId): boolean => roster.recent.some(({ set }) => set.has(peer));
  for (const peer of roster.dismissed) if (!isRecent(peer)) roster.dismissed.delete(peer);
  for (const peer of roster.partings.keys()) if (!isRecent(peer)) roster.partings.delete(peer);
}

/** A member starts or pauses the run. False unless it is one. */
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
