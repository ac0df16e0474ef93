import type { PeerId } from "../transport.ts";
import type { Effect } from "./effects.ts";
import { type ConnectionId, compareTips, type Guest, isPresent } from "./guest.ts";
import type { Tip } from "./messages.ts";
import { neighboursOf } from "./placement.ts";
import type { Roster } from "./roster.ts";

/** Whether a peer is here and known to have all rounds that are confirmed: the last that the root reported may yet be undone. */
export function mayLead({ known, guests }: Roster, peer: PeerId): boolean {
  const guest = guests.get(peer);
  return guest !== undefined && isPresent(guest) && (known === null || guest.tip!.round >= known.round - 1);
}

/** Whether none of a member's neighbours has a link to it. */
export function isCutOff({ issued, tree, guests }: Roster, peer: PeerId): boolean {
  const neighbours = neighboursOf(issued.order, peer, tree);
  const { unreached } = guests.get(peer)!;
  return neighbours.length > 0 && neighbours.every((other) => unreached.has(other) || guests.get(other)?.unreached.has(peer));
}

/** Whether somebody who is here, member or not, could carry the run on without a loss of rounds. */
export function hasHeir(roster: Roster): boolean {
  return roster.known === null || [...roster.guests.keys()].some((peer) => mayLead(roster, peer));
}

/** Whether nobody who is going to be in the next roster is known to have the run's rounds, so that a root without them might undo them. */
function isLeaderless(roster: Roster): boolean {
  const { known, order } = roster;
  const suits = (peer: PeerId): boolean => mayLead(roster, peer) && (order.length === 1 || !isCutOff(roster, peer));
  return known !== null && membersHere(roster).length > 0 && !order.some(suits);
}

/** Whether the root is gone without a word: it may have committed what it did not report. */
function isRootAway({ known, issued, guests }: Roster): boolean {
  const root = guests.get(issued.order[0] ?? "");
  return known !== null && root !== undefined && !isPresent(root);
}

/** So many are asked who could lead: those at the top of the tree. */
const mostAsked = 64;

/** Before a roster goes out without the root that was, or without a known leader, its members are asked where they stand, once. */
export function askForLeader(roster: Roster, now: number): Effect[] {
  if (roster.asked !== null || !(isLeaderless(roster) || isRootAway(roster))) return [];
  const guests = membersHere(roster).slice(0, mostAsked);
  roster.asked = { at: now, guests };
  return where(guests);
}

/** Where somebody can lead, the others have so long (ms) to say that they stand further along. */
const answerMs = 1_000;

/** Until when a roster waits for those who were asked: for as long as it takes if none of them can lead, but not for who is gone. */
export function leaderUntil(roster: Roster): number {
  const { asked } = roster;
  const isSilent = asked?.guests.some((guest) => isPresent(guest) && guest.placed && guest.saidAt < asked.at);
  if (asked === null || isSilent !== true) return Number.NEGATIVE_INFINITY;
  return asked.at + (isLeaderless(roster) ? roster.pacing.orphanMs : answerMs);
}

/** A peer stands further along than the root has reported: the root may have been unable to. */
export function learn(roster: Roster, tip: Tip): void {
  if (roster.known !== null && compareTips(tip, roster.known) > 0) roster.known = tip;
}

/**
 * The root is one that has the run's rounds: only what it decides is committed, so that nobody who lacks them can begin another chain
 * where they are. If nobody has them any more, it is the most advanced, and the run goes on from there.
 */
export function crown(roster: Roster): void {
  const { order, guests } = roster;
  if (order.length === 0 || roster.known === null) return;
  const tipOf = (peer: PeerId): Tip => guests.get(peer)!.tip!;
  const furthest = (peers: readonly PeerId[]): PeerId | undefined =>
    peers.reduce(
      (best: PeerId | undefined, peer) => (best === undefined || tipOf(peer).round > tipOf(best).round ? peer : best),
      undefined,
    );
  const able = order.filter((peer) => mayLead(roster, peer));
  if (able.length === 0) {
    roster.known = tipOf(furthest(order)!);
    roster.reach = roster.known;
  }
  const isKept = able.includes(order[0]!) && roster.issued.order[0] === order[0] && !isCutOff(roster, order[0]!);
  const leader = isKept
    ? order[0]!
    : (furthest(able.filter((peer) => !isCutOff(roster, peer))) ?? furthest(able) ?? furthest(order)!);
  roster.order = order.map((peer) => (peer === leader ? order[0]! : peer === order[0] ? leader : peer));
}

function membersHere({ order, guests }: Roster): readonly Guest[] {
  return order.map((peer) => guests.get(peer)!).filter(isPresent);
}

/** Asks peers that are here where they stand. */
export function where(guests: readonly Guest[]): Effect[] {
  const to: ConnectionId[] = guests.map(({ connection }) => connection!);
  return to.length === 0 ? [] : [{ kind: "send", to, message: { kind: "where" } }];
}
