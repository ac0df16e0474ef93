import { compareTips, type Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import { compareVersions, type Version } from "../../base/version.ts";
import type { Effect } from "./effects.ts";
import { type ConnectionId, isPresent, type Participant } from "./participant.ts";
import { neighborsOf, type PlacedMembers, place } from "./placement.ts";
import { reportedRosters, turnoutOf } from "./reported-rosters.ts";
import { isReunited } from "./reunion.ts";
import { hasSuccessor, type IssuedRoster, type Roster, raise } from "./roster.ts";

/**
 * Whether a peer is a candidate: present, and known to have all confirmed rounds. A tip of the same round in another chain does not
 * have them: tips are compared, where the one of that round is known.
 *
 * | highest tip known from | least tip of a candidate |
 * |---|---|
 * | nobody | any |
 * | the root alone | the one before it: its last commit may be undone |
 * | another peer | that tip: it may be confirmed; the root itself may be one behind in its reports |
 */
export function mayLead({ highestTip, previousTip, isShared, participants, issued }: Roster, peer: PeerId): boolean {
  const participant = participants.get(peer);
  if (participant === undefined || !isPresent(participant)) return false;
  if (highestTip === null) return true;
  const tip = participant.tip!;
  if (isShared && issued.order[0] !== peer) return compareTips(tip, highestTip) >= 0;
  return previousTip === null ? tip.round >= highestTip.round - 1 : compareTips(tip, previousTip) >= 0;
}

/** Whether none of a member's neighbors has a link to it. */
export function isCutOff(roster: Roster, peer: PeerId): boolean {
  return lacksNeighbors(roster, peer, "every");
}

/** Whether some, or all, of a member's neighbors have no link to it. */
function lacksNeighbors({ issued, tree, participants }: Roster, peer: PeerId, how: "some" | "every"): boolean {
  const neighbors = neighborsOf(issued.order, peer, tree);
  const unreached = participants.get(peer)?.unreached;
  return (
    neighbors.length > 0 &&
    neighbors[how]((other) => unreached?.has(other) === true || participants.get(other)?.unreached.has(peer) === true)
  );
}

/** Whether any participant is a candidate, member or not. Before a commit is reported, only members of a roster that ran may have made one. */
export function hasCandidate(roster: Roster): boolean {
  const { highestTip, recent, participants } = roster;
  if (highestTip === null && recent.length === 0) return true;
  const mayHaveRounds = (peer: PeerId): boolean => highestTip !== null || recent.some(({ set }) => set.has(peer));
  return [...participants.keys()].some((peer) => mayLead(roster, peer) && mayHaveRounds(peer));
}

/**
 * Whether no member of the next roster is a candidate, or, where no member is here, nobody who would be admitted: a root without the last
 * rounds would undo them.
 */
function lacksCandidate(roster: Roster): boolean {
  const { highestTip, order, participants } = roster;
  if (highestTip === null) return false;
  const suits = (peer: PeerId): boolean => mayLead(roster, peer) && (order.length === 1 || !isCutOff(roster, peer));
  if (membersHere(roster).length > 0) return !order.some(suits);
  return ![...participants.keys()].some((peer) => mayLead(roster, peer));
}

/** An order of members in which no tree edge joins two that cannot reach each other. O(n) where all can. */
export function placedMembers(roster: Roster, members: readonly PeerId[]): PlacedMembers {
  const { participants, tree } = roster;
  const blocked = (a: PeerId, b: PeerId): boolean =>
    participants.get(a)!.unreached.has(b) || participants.get(b)!.unreached.has(a);
  return place(members, { blocked, mayLead: (peer) => mayLead(roster, peer) }, tree);
}

/** Whether a member that comes would move the root to another place, since the two cannot reach each other. */
function isDisplaced(roster: Roster, root: PeerId): boolean {
  const { order, participants } = roster;
  if (order[0] !== root || order.every((peer) => participants.get(peer)!.unreached.size === 0)) return false;
  const present = order.filter((peer) => isPresent(participants.get(peer)!));
  return placedMembers(roster, present).members[0] !== root;
}

/** A roster's root, where it has not left and the next roster may have another: it may have unreported commits. null: it stays, or has left. */
function replacedRoot(roster: Roster, { order }: IssuedRoster): Participant | null {
  const root = roster.participants.get(order[0] ?? "");
  if (!roster.started || root === undefined) return null;
  const { peer } = root.member;
  const stays =
    isPresent(root) &&
    root.placed &&
    mayLead(roster, peer) &&
    !lacksNeighbors(roster, peer, "some") &&
    !isDisplaced(roster, peer);
  return stays ? null : root;
}

/**
 * First phase of an election: before a roster replaces a root that has not left, or has no candidate, everybody present is asked for its tip
 * and for a promise to give nothing under the rosters so far. Without it some could go on with the old root, unseen by the server.
 */
export function prepareElection(roster: Roster, now: number): Effect[] {
  const isSettled = reportedRosters(roster).length === 0 && roster.recent.every((past) => replacedRoot(roster, past) === null);
  if (isPreparing(roster) || (isSettled && !lacksCandidate(roster))) return [];
  const prepare = newestVersion(roster);
  roster.asked = { at: now, firstAt: roster.asked?.firstAt ?? now, participants: membersHere(roster), prepare };
  return requestStatus([...roster.participants.values()].filter(isPresent), prepare);
}

/** Asks one that says ready while promises are asked for: the request may have been lost with the connection before. */
export function askLatecomer(roster: Roster, latecomer: Participant): Effect[] {
  const { asked, participants } = roster;
  if (asked === null || asked.prepare === null) return [];
  const prepare = newestVersion(roster);
  if (compareVersions(prepare, asked.prepare) <= 0) return requestStatus([latecomer], asked.prepare);
  // It has a newer roster than those who were asked knew of.
  roster.asked = { ...asked, prepare };
  return requestStatus([...participants.values()].filter(isPresent), prepare);
}

/** The newest version that anybody here may have. */
function newestVersion({ issued, newestVersion: reported }: Roster): Version {
  return compareVersions(reported, issued.version) > 0 ? reported : issued.version;
}

/** Whether promises were asked for. */
export function isPreparing({ asked }: Roster): boolean {
  return asked !== null && asked.prepare !== null;
}

/**
 * Until when a roster waits for answers: until there is a candidate or all have answered; and until the replaced root, or half of its
 * roster, has promised. A round is confirmed once more than half have given their part for the next, so any half includes one that has it.
 */
export function electionUntil(roster: Roster): number {
  const { asked, pacing, gatherSince } = roster;
  if (asked === null) return Number.NEGATIVE_INFINITY;
  const { at, firstAt, prepare } = asked;
  const hasPromised = ({ promise }: Participant): boolean =>
    prepare === null || (promise !== null && compareVersions(promise, prepare) >= 0);
  const hasAnswered = (participant: Participant): boolean =>
    isPresent(participant) && participant.saidAt >= at && hasPromised(participant);
  const isSilent = asked.participants.some(
    (participant) => isPresent(participant) && participant.placed && !hasAnswered(participant),
  );
  const isUnheard = roster.recent.some((past) => {
    const root = replacedRoot(roster, past);
    return root !== null && !hasAnswered(root) && !isHeard(roster, past, hasAnswered);
  });
  const known = { hasAnswered, isReunited: isReunited(roster) };
  const turnouts = reportedRosters(roster).map((reported) => turnoutOf(roster, reported, known));
  // A connection, or a hello, is no answer: who is back counts as away until it has said where it stands.
  const isAwaited = (peer: PeerId): boolean => {
    const participant = roster.participants.get(peer);
    if (participant === undefined) return true;
    return !(isPresent(participant) && participant.saidAt >= at) && !hasSuccessor(roster, participant);
  };
  const isMissing = turnouts.some((turnout) => turnout.isMissing) || [...roster.dismissed, ...roster.order].some(isAwaited);
  if (isUnheard || turnouts.some((turnout) => !turnout.isHeard) || (isSilent && lacksCandidate(roster))) {
    const limit = gatherSince === null ? firstAt + pacing.orphanMs : gatherSince + pacing.gatherLimitMs;
    return Math.max(limit, at + pacing.rejoinMs);
  }
  return isMissing && lacksCandidate(roster) ? firstAt + pacing.orphanMs : Number.NEGATIVE_INFINITY;
}

/**
 * Whether half of the members of a roster that have not left have answered, or all who still can. Who came back under another name gives
 * nothing more under the old one, but has forgotten rounds since its last save: it counts as a member, not as an answer.
 */
function isHeard(roster: Roster, past: IssuedRoster, hasAnswered: (participant: Participant) => boolean): boolean {
  const { participants, dismissed } = roster;
  let members = 0;
  let answers = 0;
  let awaited = 0;
  for (const peer of past.order) {
    const participant = participants.get(peer);
    if (participant === undefined && !dismissed.has(peer)) continue;
    members += 1;
    if (participant !== undefined && hasAnswered(participant)) answers += 1;
    else if (participant === undefined || !hasSuccessor(roster, participant)) awaited += 1;
  }
  return awaited === 0 || 2 * answers >= members;
}

/** Takes in a reported tip, which may be further than what the root could report. */
export function learn(roster: Roster, tip: Tip, by: PeerId): void {
  if (tip.round === 0) return;
  roster.rootTip ??= tip;
  const isFurther = roster.highestTip === null || compareTips(tip, roster.highestTip) > 0;
  if (isFurther) raise(roster, tip);
  if (by !== roster.issued.order[0]) roster.isShared ||= tip.round === roster.highestTip!.round;
  else if (isFurther) roster.isShared = false;
}

/**
 * Makes the most advanced candidate the root of the next roster, by changing places with the first; the old root stays where it is a
 * candidate with a link. Where nobody is a candidate, the most advanced member is the root and sets where the run stands.
 */
export function elect(roster: Roster): void {
  const { order, participants } = roster;
  if (order.length === 0 || roster.highestTip === null) return;
  const tipOf = (peer: PeerId): Tip => participants.get(peer)!.tip!;
  const furthest = (peers: readonly PeerId[]): PeerId | undefined =>
    peers.reduce(
      (best: PeerId | undefined, peer) => (best === undefined || tipOf(peer).round > tipOf(best).round ? peer : best),
      undefined,
    );
  const able = order.filter((peer) => mayLead(roster, peer));
  const candidate = able.length > 0 ? null : candidateApart(roster);
  if (candidate !== null) {
    candidate.placed = true;
    roster.order = [candidate.member.peer, ...order];
    return;
  }
  if (able.length === 0) {
    raise(roster, tipOf(furthest(order)!));
    roster.rootTip = roster.highestTip;
    roster.isShared = false;
  }
  const isKept = able.includes(order[0]!) && roster.issued.order[0] === order[0] && !isCutOff(roster, order[0]!);
  const leader = isKept
    ? order[0]!
    : (furthest(able.filter((peer) => !isCutOff(roster, peer))) ?? furthest(able) ?? furthest(order)!);
  roster.order = order.map((peer) => (peer === leader ? order[0]! : peer === order[0] ? leader : peer));
}

/**
 * The most advanced candidate among recent members without a place. Out of reach of all members, it is preferred as root to a member
 * without the rounds.
 */
function candidateApart(roster: Roster): Participant | null {
  const wasMember = (peer: PeerId): boolean => roster.recent.some(({ set }) => set.has(peer));
  const candidates = [...roster.participants.values()].filter(
    ({ member, placed }) => !placed && wasMember(member.peer) && mayLead(roster, member.peer),
  );
  return candidates.reduce(
    (best: Participant | null, one) => (best === null || one.tip!.round > best.tip!.round ? one : best),
    null,
  );
}

function membersHere({ order, participants }: Roster): readonly Participant[] {
  return order.map((peer) => participants.get(peer)!).filter(isPresent);
}

/** The status request to participants that are present. */
export function requestStatus(participants: readonly Participant[], prepare: Version | null = null): Effect[] {
  const to: ConnectionId[] = participants.map(({ connection }) => connection!);
  return to.length === 0
    ? []
    : [{ kind: "send", to, message: { kind: "status-request", ...(prepare === null ? {} : { prepare }) } }];
}
