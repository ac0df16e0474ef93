import type { Effect } from "./effects.ts";
import { isPresent } from "./participant.ts";
import { hasCandidate, hasSuccessor, requestStatus } from "./root-election.ts";
import type { Roster } from "./roster.ts";

/**
 * Until when members of the roster in force who are away keep their places: not at all, unless they are all, or half of the
 * roster. Two or more keep them for a moment; as many as may have been the only ones to know the last rounds keep them for
 * longer, while nobody is known to be here who could go on from there. Where all who are away are back under other names, nobody is.
 */
export function rejoinUntil(roster: Roster): number {
  if (roster.awaySince === null) return Number.NEGATIVE_INFINITY;
  const { members, absent, awaited } = countAway(roster);
  if (awaited === 0) return Number.NEGATIVE_INFINITY;
  const isHalf = absent > 0 && 2 * absent >= members;
  if (!isHalf) return Number.NEGATIVE_INFINITY;
  if (!hasCandidate(roster)) return roster.awaySince + roster.pacing.orphanMs;
  return absent >= 2 || absent === members ? roster.awaySince + roster.pacing.rejoinMs : Number.NEGATIVE_INFINITY;
}

/**
 * Where half of those who have not left are away and nobody here is known to have what they had, those who are here are asked where they
 * stand, once for each roster.
 */
export function askForCandidates(roster: Roster, now: number): Effect[] {
  if (roster.awaySince === null || roster.asked !== null) return [];
  const { members, absent } = countAway(roster);
  if (absent === 0 || 2 * absent < members || hasCandidate(roster)) return [];
  const participants = [...roster.participants.values()].filter(isPresent);
  roster.asked = { at: now, firstAt: now, participants, prepare: null };
  return requestStatus(participants);
}

/** Of the roster in force: those who have not left, those of them who have no socket, and those who may yet come back to their place. */
function countAway(roster: Roster): { members: number; absent: number; awaited: number } {
  let members = 0;
  let absent = 0;
  let awaited = 0;
  for (const peer of roster.issued.order) {
    const participant = roster.participants.get(peer);
    if (participant === undefined || !participant.placed) continue;
    members += 1;
    if (isPresent(participant)) continue;
    absent += 1;
    if (!hasSuccessor(roster, participant)) awaited += 1;
  }
  return { members, absent, awaited };
}
