import type { PeerId } from "../transport.ts";
import type { Effect } from "./effects.ts";
import { type ConnectionId, isPresent } from "./guest.ts";
import type { Roster } from "./roster.ts";

/**
 * Until when members of the roster in force who are away keep their places: not at all, unless they are all, or half of the
 * roster. Two or more keep them for a moment; as many as may have been the only ones to know the last rounds keep them for
 * longer, while nobody is known to be here who could go on from there.
 */
export function graceUntil(roster: Roster): number {
  if (roster.awaySince === null) return Number.NEGATIVE_INFINITY;
  const { members, absent } = countAway(roster);
  const isHalf = absent > 0 && 2 * absent >= members;
  if (!isHalf) return Number.NEGATIVE_INFINITY;
  if (!hasHeir(roster)) return roster.awaySince + roster.pacing.orphanMs;
  return absent >= 2 || absent === members ? roster.awaySince + roster.pacing.graceMs : Number.NEGATIVE_INFINITY;
}

/** Where half of the roster is away and nobody here is known to have what they had, those who are here are asked where they stand. */
export function askForHeirs(roster: Roster): Effect[] {
  const { members, absent } = countAway(roster);
  if (absent === 0 || 2 * absent < members || hasHeir(roster)) return [];
  const to: ConnectionId[] = [];
  for (const guest of roster.guests.values()) if (isPresent(guest)) to.push(guest.connection!);
  return to.length === 0 ? [] : [{ kind: "send", to, message: { kind: "where" } }];
}

/** The first of the peers who is here and has all rounds that are confirmed: the last that the root reported may yet be undone. */
export function heirOf({ reach, guests }: Roster, peers: readonly PeerId[]): PeerId | null {
  const suits = (peer: PeerId): boolean => {
    const guest = guests.get(peer)!;
    return isPresent(guest) && (reach === null || guest.tip!.round >= reach.round - 1);
  };
  return peers.find(suits) ?? null;
}

function hasHeir(roster: Roster): boolean {
  return roster.reach === null || heirOf(roster, [...roster.guests.keys()]) !== null;
}

/** Of the roster in force: those who have not left, and those of them who have no socket. */
function countAway(roster: Roster): { members: number; absent: number } {
  let members = 0;
  let absent = 0;
  for (const peer of roster.issued.order) {
    const guest = roster.guests.get(peer);
    if (guest === undefined || !guest.placed) continue;
    members += 1;
    if (!isPresent(guest)) absent += 1;
  }
  return { members, absent };
}
