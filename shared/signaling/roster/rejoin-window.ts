import type { Effect } from "./effects.ts";
import { isPresent } from "./participant.ts";
import { hasCandidate, requestStatus } from "./root-election.ts";
import { hasSuccessor, type Roster } from "./roster.ts";

/**
 * Until when members of the roster in force who are away keep their places. A member that is back under another name is not waited for.
 *
 * | away | places are kept |
 * |---|---|
 * | less than half, or one of two while the other is a candidate | not at all |
 * | half or more, at least two or all | `rejoinMs` |
 * | half or more, and no participant is known to have the last rounds | `orphanMs` |
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
 * Sends everybody present a status request, once a roster, where half of the members are away and no participant is known to have the last
 * rounds.
 */
export function askForCandidates(roster: Roster, now: number): Effect[] {
  if (roster.awaySince === null || roster.asked !== null) return [];
  const { members, absent } = countAway(roster);
  if (absent === 0 || 2 * absent < members || hasCandidate(roster)) return [];
  const participants = [...roster.participants.values()].filter(isPresent);
  roster.asked = { at: now, firstAt: now, participants, prepare: null };
  return requestStatus(participants);
}

/** Counts members of the roster in force that have not left, those of them that are away, and those that may still come back under their name. */
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
