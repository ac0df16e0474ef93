import type { PeerId } from "../../base/transport.ts";
import type { RosterMessage } from "../protocol/messages.ts";
import { donorFor } from "../roster/donors.ts";
import type { Effect } from "../roster/effects.ts";
import { type ConnectionId, isPresent, maxUnreached, type Participant } from "../roster/participant.ts";
import type { Roster } from "../roster/roster.ts";

/** The roster in force for everyone: one message for all who get the same text. */
export function broadcast(roster: Roster): Effect[] {
  const groups = new Map<PeerId | null, ConnectionId[]>();
  let rank = 0;
  for (const participant of roster.participants.values()) {
    if (participant.connection === null) continue;
    const donor = chooseDonor(roster, participant, rank);
    if (isObserver(roster, participant)) rank += 1;
    const group = groups.get(donor);
    if (group === undefined) groups.set(donor, [participant.connection]);
    else group.push(participant.connection);
  }
  const common = rosterMessage(roster);
  return [...groups].flatMap(([donor, to]) => [...pause(roster, to), { kind: "send", to, message: { ...common, donor } }]);
}

/** The roster in force for one peer that came late, or whose donor changed; nothing before the first roster. */
export function rosterTo(roster: Roster, participant: Participant): Effect[] {
  if (participant.connection === null || roster.issued.version[1] === 0) return [];
  let rank = 0;
  for (const other of roster.participants.values()) {
    if (other === participant) break;
    if (other.connection !== null && isObserver(roster, other)) rank += 1;
  }
  const donor = chooseDonor(roster, participant, rank);
  const to = [participant.connection];
  return [...pause(roster, to), { kind: "send", to, message: { ...rosterMessage(roster), donor } }];
}

/** Assigns donors to observers that have none, after a member has come back. */
export function findDonors(roster: Roster): Effect[] {
  const effects: Effect[] = [];
  for (const participant of roster.participants.values()) {
    if (participant.donor !== null || !isObserver(roster, participant)) continue;
    const told = rosterTo(roster, participant);
    if (participant.donor !== null) effects.push(...told);
  }
  return effects;
}

/** Whether a participant is not a member of the roster in force. */
export function isObserver(roster: Roster, participant: Participant): boolean {
  return !roster.issued.set.has(participant.member.peer);
}

/** An observer's donor: the same as before while that member is present and reachable. null: none, or the participant is a member. */
function chooseDonor(roster: Roster, participant: Participant, rank: number): PeerId | null {
  const suits = (peer: PeerId): boolean => {
    const member = roster.participants.get(peer);
    return member !== undefined && isPresent(member) && roster.issued.set.has(peer) && !participant.unreached.has(peer);
  };
  if (!isObserver(roster, participant) || participant.unreached.size >= maxUnreached) participant.donor = null;
  else if (participant.donor === null || !suits(participant.donor)) {
    participant.donor = donorFor(roster.issued.order, rank, { tree: roster.tree, suits });
  }
  return participant.donor;
}

/** The `paused` message that precedes a roster; none while the run is on. */
function pause({ issued: { pausedBy } }: Roster, to: readonly ConnectionId[]): Effect[] {
  return pausedBy === null ? [] : [{ kind: "send", to, message: { kind: "paused", by: pausedBy } }];
}

function rosterMessage({ issued, participants }: Roster): Omit<RosterMessage, "donor"> {
  let observers = 0;
  for (const participant of participants.values())
    if (participant.connection !== null && !issued.set.has(participant.member.peer)) observers += 1;
  return { kind: "roster", version: issued.version, members: [...issued.members], running: issued.running, observers };
}
