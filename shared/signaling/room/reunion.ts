import { isPresent } from "./participant.ts";
import type { Parting, Roster } from "./roster.ts";

/** Of a roster with more members nobody is remembered once all are gone. */
const mostRemembered = 128;

/**
 * Who may have rounds of a run that the room is about to forget, because nobody is in it any more: all who were in a roster under which
 * there may be rounds that nobody could report. null: the room does not know.
 */
export function partingsOf({ recent, partings, absentees }: Roster): readonly Parting[] | null {
  // It ran under no roster of this room's.
  if (recent.length === 0) return absentees;
  const peers = new Set(recent.flatMap(({ order }) => order));
  if (peers.size > mostRemembered) return null;
  return [...peers].map((peer) => partings.get(peer) ?? { session: "", tip: null });
}

/**
 * Whether nobody who is not here can have rounds that nobody here has: somebody here has all of the run, or each of those who may have
 * them is back, or said when it left that it stood no further than somebody stands who is here.
 */
export function isReunited(roster: Roster): boolean {
  const { absentees, participants } = roster;
  const sessions = new Set<string>();
  let furthest = 0;
  for (const participant of participants.values()) {
    if (!isPresent(participant)) continue;
    if (participant.isOver) return true;
    sessions.add(participant.session);
    furthest = Math.max(furthest, participant.tip!.round);
  }
  if (absentees === null) return false;
  return absentees.every(
    ({ session, tip }) => (session !== "" && sessions.has(session)) || (tip !== null && tip.round <= furthest),
  );
}
