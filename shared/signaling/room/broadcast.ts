import type { PeerId } from "../../base/transport.ts";
import type { RosterMessage } from "../protocol/messages.ts";
import { donorFor } from "./donors.ts";
import type { Effect } from "./effects.ts";
import { type ConnectionId, type Guest, isPresent, maxUnreached } from "./guest.ts";
import type { Roster } from "./roster.ts";

/** The roster in force for everyone: one message for all who get the same text. */
export function broadcast(roster: Roster): Effect[] {
  const groups = new Map<PeerId | null, ConnectionId[]>();
  let rank = 0;
  for (const guest of roster.guests.values()) {
    if (guest.connection === null) continue;
    const donor = chooseDonor(roster, guest, rank);
    if (isObserver(roster, guest)) rank += 1;
    const group = groups.get(donor);
    if (group === undefined) groups.set(donor, [guest.connection]);
    else group.push(guest.connection);
  }
  const common = rosterMessage(roster);
  return [...groups].flatMap(([donor, to]) => [...pause(roster, to), { kind: "send", to, message: { ...common, donor } }]);
}

/** The roster in force for one peer that came late, or whose donor changed; nothing before the first roster. */
export function rosterTo(roster: Roster, guest: Guest): Effect[] {
  if (guest.connection === null || roster.issued.version[1] === 0) return [];
  let rank = 0;
  for (const other of roster.guests.values()) {
    if (other === guest) break;
    if (other.connection !== null && isObserver(roster, other)) rank += 1;
  }
  const donor = chooseDonor(roster, guest, rank);
  const to = [guest.connection];
  return [...pause(roster, to), { kind: "send", to, message: { ...rosterMessage(roster), donor } }];
}

/** A member is back: observers that had been left without a donor may have one again. */
export function findDonors(roster: Roster): Effect[] {
  const effects: Effect[] = [];
  for (const guest of roster.guests.values()) {
    if (guest.donor !== null || !isObserver(roster, guest)) continue;
    const told = rosterTo(roster, guest);
    if (guest.donor !== null) effects.push(...told);
  }
  return effects;
}

/** Whether the roster in force has the peer among those who only watch. */
export function isObserver(roster: Roster, guest: Guest): boolean {
  return !roster.issued.set.has(guest.member.peer);
}

/** Keeps the donor that an observer has for as long as that one will do. */
function chooseDonor(roster: Roster, guest: Guest, rank: number): PeerId | null {
  const suits = (peer: PeerId): boolean => {
    const member = roster.guests.get(peer);
    return member !== undefined && isPresent(member) && roster.issued.set.has(peer) && !guest.unreached.has(peer);
  };
  if (!isObserver(roster, guest) || guest.unreached.size >= maxUnreached) guest.donor = null;
  else if (guest.donor === null || !suits(guest.donor)) {
    guest.donor = donorFor(roster.issued.order, rank, { tree: roster.tree, suits });
  }
  return guest.donor;
}

/** Who paused the run of the roster that is told next. */
function pause({ issued: { pausedBy } }: Roster, to: readonly ConnectionId[]): Effect[] {
  return pausedBy === null ? [] : [{ kind: "send", to, message: { kind: "paused", by: pausedBy } }];
}

function rosterMessage({ issued, guests }: Roster): Omit<RosterMessage, "donor"> {
  let observers = 0;
  for (const guest of guests.values()) if (guest.connection !== null && !issued.set.has(guest.member.peer)) observers += 1;
  return { kind: "roster", version: issued.version, members: [...issued.members], running: issued.running, observers };
}
