import { compareTips, type Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import { compareVersions, type Version } from "../../base/version.ts";
import type { Effect } from "./effects.ts";
import { type ConnectionId, isPresent, type Participant } from "./participant.ts";
import { neighborsOf } from "./placement.ts";
import type { IssuedRoster, Roster } from "./roster.ts";

/**
 * Whether a peer is here and known to have all rounds that are confirmed. The last that the root reported may yet be undone; one that
 * another has may have been confirmed by the root since. What the root itself has committed, it may not have reported yet.
 */
export function mayLead({ highestTip, isShared, participants, issued }: Roster, peer: PeerId): boolean {
  const participant = participants.get(peer);
  if (participant === undefined || !isPresent(participant)) return false;
  if (highestTip === null) return true;
  return participant.tip!.round >= (isShared && issued.order[0] !== peer ? highestTip.round : highestTip.round - 1);
}

/** Whether none of a member's neighbors has a link to it. */
export function isCutOff(roster: Roster, peer: PeerId): boolean {
  return lacksNeighbors(roster, peer, "every");
}

/** Whether some of a member's neighbors, or all, have no link to it. */
function lacksNeighbors({ issued, tree, participants }: Roster, peer: PeerId, how: "some" | "every"): boolean {
  const neighbors = neighborsOf(issued.order, peer, tree);
  const unreached = participants.get(peer)?.unreached;
  return (
    neighbors.length > 0 &&
    neighbors[how]((other) => unreached?.has(other) === true || participants.get(other)?.unreached.has(peer) === true)
  );
}

/** Whether somebody who is here, member or not, could carry the run on without a loss of rounds. */
export function hasCandidate(roster: Roster): boolean {
  return roster.highestTip === null || [...roster.participants.keys()].some((peer) => mayLead(roster, peer));
}

/** Whether nobody who is going to be in the next roster is known to have the run's rounds, so that a root without them might undo them. */
function lacksCandidate(roster: Roster): boolean {
  const { highestTip, order } = roster;
  const suits = (peer: PeerId): boolean => mayLead(roster, peer) && (order.length === 1 || !isCutOff(roster, peer));
  return highestTip !== null && membersHere(roster).length > 0 && !order.some(suits);
}

/** A roster's root, if the next roster may have another though it has not left: it may have committed what it did not report. */
function replacedRoot(roster: Roster, { order }: IssuedRoster): Participant | null {
  const root = roster.participants.get(order[0] ?? "");
  if (!roster.started || root === undefined) return null;
  const { peer } = root.member;
  const stays = isPresent(root) && root.placed && mayLead(roster, peer) && !lacksNeighbors(roster, peer, "some");
  return stays ? null : root;
}

/**
 * Before a roster goes out without the root that was, or without a known leader, those who are here are asked where they stand, once, and
 * to give nothing more under the rosters until then. Else some of them might go on with the old root, out of the server's sight.
 */
export function prepareElection(roster: Roster, now: number): Effect[] {
  const isSettled = roster.recent.every((past) => replacedRoot(roster, past) === null);
  if (isPreparing(roster) || (isSettled && !lacksCandidate(roster))) return [];
  const prepare = roster.issued.version;
  roster.asked = { at: now, firstAt: roster.asked?.firstAt ?? now, participants: membersHere(roster), prepare };
  return requestStatus([...roster.participants.values()].filter(isPresent), prepare);
}

/** Whether peers give nothing until the next roster. */
export function isPreparing({ asked }: Roster): boolean {
  return asked !== null && asked.prepare !== null;
}

/**
 * Until when a roster waits for those who were asked: until one of them can lead or all have answered; and, unless the root that was
 * is among them, until half of its roster has answered. A round is confirmed once more than half have given their part for the
 * next: of any half one has it.
 */
export function electionUntil(roster: Roster): number {
  const { asked, pacing } = roster;
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
    return root !== null && !hasAnswered(root) && !isQuorum(roster, past, hasAnswered);
  });
  const isMissing =
    [...roster.dismissed].some((peer) => !roster.participants.has(peer)) ||
    [...roster.participants.values()].some(
      (participant) => participant.placed && !isPresent(participant) && !hasSuccessor(roster, participant),
    );
  if (isUnheard || (isSilent && lacksCandidate(roster))) return Math.max(firstAt + pacing.orphanMs, at + pacing.rejoinMs);
  return isMissing && lacksCandidate(roster) ? firstAt + pacing.orphanMs : Number.NEGATIVE_INFINITY;
}

/** Whether so many of those members of a roster who have not left, or of those whom they came back as, are half of them. */
function isQuorum(
  { participants, dismissed }: Roster,
  past: IssuedRoster,
  suits: (participant: Participant) => boolean,
): boolean {
  let members = 0;
  let count = 0;
  for (const peer of past.order) {
    const participant = participants.get(peer);
    if (participant !== undefined || dismissed.has(peer)) members += 1;
    if (participant === undefined) continue;
    const successor = participants.get(participant.successor ?? "");
    if (suits(participant) || (successor !== undefined && suits(successor))) count += 1;
  }
  return 2 * count >= members;
}

/** A peer says where it stands: it may be further along than the root has reported, for the root may have been unable to. */
export function learn(roster: Roster, tip: Tip, by: PeerId): void {
  if (tip.round === 0) return;
  roster.rootTip ??= tip;
  const isFurther = roster.highestTip === null || compareTips(tip, roster.highestTip) > 0;
  if (isFurther) roster.highestTip = tip;
  if (by !== roster.issued.order[0]) roster.isShared ||= tip.round === roster.highestTip!.round;
  else if (isFurther) roster.isShared = false;
}

/**
 * The root is one that has the run's rounds: only what it decides is committed, so that nobody who lacks them can begin another chain
 * where they are. If nobody has them any more, it is the most advanced, and the run goes on from there.
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
    roster.highestTip = tipOf(furthest(order)!);
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
 * A member until lately who is here and has the rounds, though it has no place any more: out of reach of all members, it is their root
 * rather than one without the rounds.
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

/** Whether it is here under another name, and ready. */
export function hasSuccessor({ participants }: Roster, { successor }: Participant): boolean {
  const participant = successor === null ? undefined : participants.get(successor);
  return participant !== undefined && isPresent(participant);
}

function membersHere({ order, participants }: Roster): readonly Participant[] {
  return order.map((peer) => participants.get(peer)!).filter(isPresent);
}

/** Asks peers that are here where they stand. */
export function requestStatus(participants: readonly Participant[], prepare: Version | null = null): Effect[] {
  const to: ConnectionId[] = participants.map(({ connection }) => connection!);
  return to.length === 0
    ? []
    : [{ kind: "send", to, message: { kind: "status-request", ...(prepare === null ? {} : { prepare }) } }];
}
