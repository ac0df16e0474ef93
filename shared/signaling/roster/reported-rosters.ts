import { compareVersions, noVersion, type Version } from "../../base/version.ts";
import type { Place } from "../protocol/messages.ts";
import type { Participant } from "./participant.ts";
import { hasSuccessor, type Roster } from "./roster.ts";

/** Places of those who left that are remembered: a room's worth. */
const maxVacated = 4096;

/** A roster of a server that forgot it, as its members tell of it. */
interface ReportedRoster {
  readonly version: Version;
  /** How many it had. */
  size: number;
  /** Those who are known, by position. */
  readonly known: Map<number, Participant>;
}

/**
 * The rosters of a forgotten run under which there may be rounds that nobody here has: those from the one that committed the furthest
 * known tip on. Until the first roster goes out; none after that. O(peers).
 */
export function reportedRosters(roster: Roster): readonly ReportedRoster[] {
  if (roster.gatherSince === null) return [];
  const { participants, newestVersion, highestTip } = roster;
  const since = highestTip?.version ?? noVersion;
  const found = new Map<string, ReportedRoster>();
  for (const participant of participants.values()) {
    for (const { version, position, members } of participant.previousPlace?.places ?? []) {
      if (compareVersions(version, since) < 0 || compareVersions(version, newestVersion) > 0) continue;
      const key = version.join(".");
      const reported = found.get(key) ?? { version, size: members, known: new Map() };
      found.set(key, reported);
      reported.size = Math.max(reported.size, members);
      if (position !== null && !reported.known.has(position)) reported.known.set(position, participant);
    }
  }
  return [...found.values()];
}

/** What is known of those who may go on under a reported roster. */
interface Turnout {
  /** Whether its root has answered, or half of those who have not left, or all who still can: nobody commits under it unheard. */
  readonly isHeard: boolean;
  /** Whether somebody has not answered who still may. */
  readonly isMissing: boolean;
}

/** @param isReunited nobody who is not here has rounds that the others lack */
export function turnoutOf(
  roster: Roster,
  { version, size, known }: ReportedRoster,
  { hasAnswered, isReunited }: { hasAnswered(participant: Participant): boolean; readonly isReunited: boolean },
): Turnout {
  let members = 0;
  let answers = 0;
  let awaited = 0;
  for (let position = 0; position < size; position += 1) {
    const participant = known.get(position);
    if (participant === undefined && (isReunited || roster.vacated.has(keyOf(version, position)))) continue;
    members += 1;
    if (participant !== undefined && hasAnswered(participant)) answers += 1;
    else if (participant === undefined || !hasSuccessor(roster, participant)) awaited += 1;
  }
  const root = known.get(0);
  const isRootHeard = root !== undefined && hasAnswered(root);
  return { isHeard: isRootHeard || awaited === 0 || 2 * answers >= members, isMissing: awaited > 0 };
}

/** Remembers the places of a participant that leaves politely: it is not waited for. */
export function vacate(roster: Roster, places: readonly Place[]): void {
  for (const { version, position } of places)
    if (position !== null && roster.vacated.size < maxVacated) roster.vacated.add(keyOf(version, position));
}

function keyOf(version: Version, position: number): string {
  return `${version.join(".")} ${position}`;
}
