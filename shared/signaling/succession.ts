import type { PeerId } from "../transport.ts";
import type { Effect } from "./effects.ts";
import { type ConnectionId, compareTips, type Guest, isPresent } from "./guest.ts";
import { neighboursOf } from "./placement.ts";
import type { Roster } from "./roster.ts";

/** Whether a peer is here and known to have all rounds that are confirmed: the last that the root reported may yet be undone. */
export function mayLead({ reach, guests }: Roster, peer: PeerId): boolean {
  const guest = guests.get(peer);
  return guest !== undefined && isPresent(guest) && (reach === null || guest.tip!.round >= reach.round - 1);
}

/** Whether none of a member's neighbours has a link to it. */
export function isCutOff({ issued, tree, guests }: Roster, peer: PeerId): boolean {
  const neighbours = neighboursOf(issued.order, peer, tree);
  const { unreached } = guests.get(peer)!;
  return neighbours.length > 0 && neighbours.every((other) => unreached.has(other) || guests.get(other)?.unreached.has(peer));
}

/** Whether somebody who is here, member or not, could carry the run on without a loss of rounds. */
export function hasHeir(roster: Roster): boolean {
  return roster.reach === null || [...roster.guests.keys()].some((peer) => mayLead(roster, peer));
}

/** Whether nobody who is going to be in the next roster is known to have the run's rounds, so that a root without them might undo them. */
function isLeaderless(roster: Roster): boolean {
  const { reach, order } = roster;
  const suits = (peer: PeerId): boolean => mayLead(roster, peer) && (order.length === 1 || !isCutOff(roster, peer));
  return reach !== null && membersHere(roster).length > 0 && !order.some(suits);
}

/** So many are asked who could lead: those at the top of the tree. */
const mostAsked = 64;

/** Before a roster without a known leader goes out, its members are asked where they stand. Asks nobody twice for one roster. */
export function askForLeader(roster: Roster, now: number): Effect[] {
  if (roster.asked !== null || !isLeaderless(roster)) return [];
  const guests = membersHere(roster).slice(0, mostAsked);
  roster.asked = { at: now, guests };
  return where(guests);
}

/** Until when a roster waits for those who were asked: no longer once one of them can lead, or all have answered or gone. */
export function leaderUntil(roster: Roster): number {
  const { asked } = roster;
  if (asked === null || !isLeaderless(roster)) return Number.NEGATIVE_INFINITY;
  const isSilent = asked.guests.some((guest) => isPresent(guest) && guest.placed && guest.saidAt < asked.at);
  return isSilent ? asked.at + roster.pacing.orphanMs : Number.NEGATIVE_INFINITY;
}

/**
 * The root is one that has the run's rounds: only what it decides is committed, so that nobody who lacks them can begin another chain
 * where they are. If nobody has them any more, it is the most advanced, and the run goes on from there.
 */
export function crown(roster: Roster): void {
  const { order, guests } = roster;
  if (order.length === 0 || roster.reach === null) return;
  if (!order.some((peer) => mayLead(roster, peer))) {
    const tips = order.map((peer) => guests.get(peer)!.tip!).sort((a, b) => compareTips(b, a));
    roster.reach = tips[0]!;
  }
  const isLinked = order.findIndex((peer) => mayLead(roster, peer) && !isCutOff(roster, peer));
  const leader = isLinked >= 0 ? isLinked : order.findIndex((peer) => mayLead(roster, peer));
  roster.order = order.map((peer, i) => (i === 0 ? order[leader]! : i === leader ? order[0]! : peer));
}

function membersHere({ order, guests }: Roster): readonly Guest[] {
  return order.map((peer) => guests.get(peer)!).filter(isPresent);
}

/** Asks peers that are here where they stand. */
export function where(guests: readonly Guest[]): Effect[] {
  const to: ConnectionId[] = guests.map(({ connection }) => connection!);
  return to.length === 0 ? [] : [{ kind: "send", to, message: { kind: "where" } }];
}
