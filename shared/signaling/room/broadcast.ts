import type { PeerId } from "../../base/transport.ts";
import type { RosterMessage } from "../protocol/messages.ts";
import type { Effect } from "./effects.ts";
import { type ConnectionId, type Guest, isPresent, maxUnreached } from "./guest.ts";
import type { Roster } from "./roster.ts";
import { sponsorFor } from "./sponsors.ts";

/** The roster in force for everyone: one message for all who get the same text. */
export function broadcast(roster: Roster): Effect[] {
  const groups = new Map<PeerId | null, ConnectionId[]>();
  let rank = 0;
  for (const guest of roster.guests.values()) {
    if (guest.connection === null) continue;
    const sponsor = chooseSponsor(roster, guest, rank);
    if (isObserver(roster, guest)) rank += 1;
    const group = groups.get(sponsor);
    if (group === undefined) groups.set(sponsor, [guest.connection]);
    else group.push(guest.connection);
  }
  const common = rosterMessage(roster);
  return [...groups].flatMap(([sponsor, to]) => [...pause(roster, to), { kind: "send", to, message: { ...common, sponsor } }]);
}

/** The roster in force for one peer that came late, or whose sponsor changed; nothing before the first roster. */
export function rosterTo(roster: Roster, guest: Guest): Effect[] {
  if (guest.connection === null || roster.issued.version[1] === 0) return [];
  let rank = 0;
  for (const other of roster.guests.values()) {
    if (other === guest) break;
    if (other.connection !== null && isObserver(roster, other)) rank += 1;
  }
  const sponsor = chooseSponsor(roster, guest, rank);
  const to = [guest.connection];
  return [...pause(roster, to), { kind: "send", to, message: { ...rosterMessage(roster), sponsor } }];
}

/** A member is back: observers that had been left without a sponsor may have one again. */
export function findSponsors(roster: Roster): Effect[] {
  const effects: Effect[] = [];
  for (const guest of roster.guests.values()) {
    if (guest.sponsor !== null || !isObserver(roster, guest)) continue;
    const told = rosterTo(roster, guest);
    if (guest.sponsor !== null) effects.push(...told);
  }
  return effects;
}

/** Whether the roster in force has the peer among those who only watch. */
export function isObserver(roster: Roster, guest: Guest): boolean {
  return !roster.issued.set.has(guest.member.peer);
}

/** Keeps the sponsor that an observer has for as long as that one will do. */
function chooseSponsor(roster: Roster, guest: Guest, rank: number): PeerId | null {
  const suits = (peer: PeerId): boolean => {
    const member = roster.guests.get(peer);
    return member !== undefined && isPresent(member) && roster.issued.set.has(peer) && !guest.unreached.has(peer);
  };
  if (!isObserver(roster, guest) || guest.unreached.size >= maxUnreached) guest.sponsor = null;
  else if (guest.sponsor === null || !suits(guest.sponsor)) {
    guest.sponsor = sponsorFor(roster.issued.order, rank, { tree: roster.tree, suits });
  }
  return guest.sponsor;
}

/** Who paused the run of the roster that is told next. */
function pause({ issued: { pausedBy } }: Roster, to: readonly ConnectionId[]): Effect[] {
  return pausedBy === null ? [] : [{ kind: "send", to, message: { kind: "paused", by: pausedBy } }];
}

function rosterMessage({ issued, guests }: Roster): Omit<RosterMessage, "sponsor"> {
  let observers = 0;
  for (const guest of guests.values()) if (guest.connection !== null && !issued.set.has(guest.member.peer)) observers += 1;
  return { kind: "roster", version: issued.version, members: [...issued.members], running: issued.running, observers };
}
