import { isPresent } from "./participant.ts";
import type { Parting, Roster } from "./roster.ts";

/** Absentees of one room that are remembered; of more, none. */
const maxRemembered = 128;

/**
 * Who may have rounds of a run whose room has ended: the members of all rosters under which there may be unreported rounds. null: not
 * known.
 */
export function partingsOf({ recent, partings, absentees }: Roster): readonly Parting[] | null {
  // No roster of this room ran.
  if (recent.length === 0) return absentees;
  const peers = new Set(recent.flatMap(({ order }) => order));
  if (peers.size > maxRemembered) return null;
  return [...peers].map((peer) => partings.get(peer) ?? { session: "", tip: null });
}

/**
 * Whether nobody who is absent can have rounds that nobody present has: a participant has all rounds of the run, or every absentee is back
 * (by its session) or left with a tip no further than that of a participant.
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
