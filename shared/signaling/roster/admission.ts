import { compareTips, type Tip } from "../../base/tip.ts";
import type { PeerId } from "../../base/transport.ts";
import { isPresent, maxUnreached, type Participant } from "./participant.ts";
import { changed, type Roster, unplace } from "./roster.ts";

/** How many rounds a peer may be behind and still be a member: the rest is in its parent's log of totals. */
const maxRoundsBehind = 8;

/** Resumes a run that a restarted server has forgotten, at `tip`. Newcomers that came first lose their places until they are in step. */
export function resume(roster: Roster, tip: Tip, now: number): void {
  roster.running = true;
  roster.started = true;
  roster.rootTip = tip;
  roster.highestTip = tip;
  roster.previousTip = null;
  roster.isShared = true;
  roster.gatherSince = now;
  for (const participant of roster.participants.values())
    if (participant.placed && !isInStep(roster, participant)) unplace(roster, participant, now);
}

/** Places a participant that reported ready as the last leaf, if it is in step with the run and can be reached. */
export function admit(roster: Roster, participant: Participant, now: number): void {
  if (!isInStep(roster, participant)) unplace(roster, participant, now);
  else if (!participant.placed && mayBePlaced(roster, participant)) {
    participant.placed = true;
    roster.order = [...roster.order, participant.member.peer];
    if (!roster.started) sortBySeat(roster);
    changed(roster, now);
  }
}

/** Orders members by seat before the first round, so that the same peers give bit-equal sums whoever was ready first. */
function sortBySeat(roster: Roster): void {
  const seatOf = (peer: PeerId): number => roster.participants.get(peer)?.member.seat ?? Number.POSITIVE_INFINITY;
  roster.order = [...roster.order].sort((a, b) => seatOf(a) - seatOf(b));
}

/** Starts again from those who wait when no member is left: the most advanced sets where the run stands, who is in step joins it. */
export function admitMostAdvanced(roster: Roster, now: number): void {
  const waiting = [...roster.participants.values()].filter(
    (participant) => isPresent(participant) && mayBePlaced(roster, participant),
  );
  waiting.sort((a, b) => compareTips(b.tip!, a.tip!));
  const best = waiting[0]?.tip ?? null;
  roster.rootTip = best !== null && best.round > 0 ? best : null;
  roster.highestTip = roster.rootTip;
  roster.previousTip = null;
  roster.isShared = false;
  for (const participant of waiting) admit(roster, participant, now);
}

/**
 * Whether a participant is close enough to the run to be a member. A peer restored from a checkpoint must be at most one round behind:
 * a roster of peers that all lack the same confirmed rounds would undo them.
 */
function isInStep({ rootTip, lagWindow }: Roster, { tip, previousPlace }: Participant): boolean {
  if (rootTip === null) return true;
  const isComeback = previousPlace !== null && previousPlace.position === null;
  return (
    tip!.round >=
    (isComeback ? Math.min(rootTip.round - 1, lagWindow.round) : Math.min(rootTip.round - maxRoundsBehind, lagWindow.before))
  );
}

function mayBePlaced(roster: Roster, participant: Participant): boolean {
  return participant.unreached.size < maxUnreached && participant.unplacedAt !== roster.issued.version[1];
}
