import type { PeerId } from "../../base/transport.ts";
import { admitMostAdvanced } from "../roster/admission.ts";
import type { Effect } from "../roster/effects.ts";
import { observeVersion } from "../roster/observe-version.ts";
import { dueAt } from "../roster/pacing.ts";
import { isPresent, type Participant } from "../roster/participant.ts";
import { rejoinUntil } from "../roster/rejoin-window.ts";
import { isReunited } from "../roster/reunion.ts";
import { elect, electionUntil, isCutOff, isPreparing, placedMembers, prepareElection } from "../roster/root-election.ts";
import { dismiss, isBehind, issued, type Roster, unplace } from "../roster/roster.ts";
import { broadcast } from "./broadcast.ts";
import { notice } from "./losses.ts";

/** When the next roster goes out if nothing else happens (ms): the latest of all waits. null: no change waits. See `states.ts`. */
export function dueTime(roster: Roster): number | null {
  if (roster.since === null) return null;
  return Math.max(paceUntil(roster), startUntil(roster), gatheringUntil(roster), rejoinUntil(roster), electionUntil(roster));
}

/** Until when a change waits for a commit, for other changes, and for the distance between two rosters. */
export function paceUntil(roster: Roster): number {
  const { since, issued, participants, running, issuedAt } = roster;
  if (since === null) return Number.NEGATIVE_INFINITY;
  const root = participants.get(issued.order[0] ?? "");
  const rootGone = root === undefined || !isPresent(root) || isCutOff(roster, root.member.peer) || lacksQuorum(roster);
  const peers = Math.max(issued.members.length, roster.order.length);
  return dueAt({ since, urgent: roster.urgent, rootGone, running, issuedAt, peers }, roster.pacing);
}

/** Until when a server that has just started begins no run. */
export function startUntil({ started, startsAt }: Roster): number {
  return started ? Number.NEGATIVE_INFINITY : startsAt;
}

/** Whether at most half of the members are left, so that no round can commit. Members that are away count: their links may still be open. O(1). */
function lacksQuorum({ issued, order }: Roster): boolean {
  return issued.order.length > 0 && 2 * order.length <= issued.order.length;
}

/** Issues the next roster if it is due: admits who waits, dismisses who is away, elects the root, and broadcasts. Or first asks for promises. */
export function issueIfDue(roster: Roster, now: number): Effect[] {
  const due = dueTime(roster);
  if (due === null || due > now) return [];
  const question = prepareElection(roster, now);
  // A participant that has only said hello is not asked, but a member that is away may be waited for.
  const isAnybodyHere = [...roster.participants.values()].some(({ connection }) => connection !== null);
  if (question.length > 0 || (isAnybodyHere && dueTime(roster)! > now)) return question;
  // Participants have come and gone since the version was last judged.
  observeVersion(roster, now);
  if (roster.gatherSince !== null) restoreOrder(roster);
  for (const peer of roster.order) dismissIfAbsent(roster, roster.participants.get(peer)!, now);
  if (roster.order.length === 0) admitMostAdvanced(roster, now);
  elect(roster);
  const unplaced = settlePlaces(roster, now);
  if (!roster.started && roster.order.length >= roster.startAt) {
    roster.started = true;
    roster.running = true;
  }
  roster.since = null;
  roster.urgent = false;
  roster.awaySince = null;
  roster.gatherSince = null;
  roster.vacated.clear();
  // Peers that promised wait for a newer version, even of the same members.
  const isDue = differs(roster) || isPreparing(roster);
  roster.asked = null;
  const effects = isDue ? issue(roster, now) : [];
  roster.isStale = false;
  for (const participant of unplaced) participant.unplacedAt = roster.issued.version[1];
  return [...effects, ...unplaced.flatMap(notice)];
}

function issue(roster: Roster, now: number): Effect[] {
  const { participants, order, running } = roster;
  const [issuedEpoch, counter] = roster.issued.version;
  const epoch = isBehind(roster) ? roster.newestVersion[0] + 1 : issuedEpoch;
  const members = order.map((peer) => participants.get(peer)!.member);
  issued(roster, { version: [epoch, counter + 1], order, members, set: new Set(order), running, pausedBy: roster.pausedBy });
  roster.issuedAt = now;
  return broadcast(roster);
}

function differs(roster: Roster): boolean {
  const { issued, order, running } = roster;
  if (isBehind(roster) || roster.isStale) return true;
  return issued.running !== running || issued.order.length !== order.length || order.some((peer, i) => issued.order[i] !== peer);
}

function dismissIfAbsent(roster: Roster, participant: Participant, now: number): void {
  if (isPresent(participant)) return;
  unplace(roster, participant, now);
  if (participant.connection === null) dismiss(roster, participant.member.peer);
}

/** Reorders members until no tree edge joins two peers that cannot reach each other. Returns those for whom there is no place. */
function settlePlaces(roster: Roster, now: number): readonly Participant[] {
  const { members, removed } = placedMembers(roster, roster.order);
  const unplaced = removed.map((peer) => roster.participants.get(peer)!);
  for (const participant of unplaced) unplace(roster, participant, now);
  roster.order = members;
  return unplaced;
}

/**
 * Until when a resumed run waits for its peers.
 *
 * | present | until |
 * |---|---|
 * | everybody who may have rounds that the others lack | now |
 * | a majority of the largest roster that anybody reported | now |
 * | less than that | `gatherLimitMs` after the run was resumed |
 * | nobody reported a roster | `gatherMs` after the run was resumed |
 */
export function gatheringUntil(roster: Roster): number {
  if (roster.gatherSince === null || isReunited(roster)) return Number.NEGATIVE_INFINITY;
  const { largest } = roster;
  let present = 0;
  for (const participant of roster.participants.values()) {
    // A newcomer has none of the last rounds.
    if (participant.placed && isPresent(participant) && typeof participant.previousPlace?.position === "number") present += 1;
  }
  if (largest === 0) return roster.gatherSince + roster.pacing.gatherMs;
  return 2 * present > largest ? Number.NEGATIVE_INFINITY : roster.gatherSince + roster.pacing.gatherLimitMs;
}

/** Restores the reported positions of a resumed run; other members follow in the order of their arrival. */
function restoreOrder(roster: Roster): void {
  const position = (peer: PeerId): number => roster.participants.get(peer)?.previousPlace?.position ?? Number.MAX_SAFE_INTEGER;
  roster.order = [...roster.order].sort((a, b) => position(a) - position(b));
}
