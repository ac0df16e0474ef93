import { compareVersions, type Version } from "../../base/version.ts";
import type { Effect } from "./effects.ts";
import { type ConnectionId, isPresent, type Participant } from "./participant.ts";
import { requestStatus } from "./root-election.ts";
import type { Roster } from "./roster.ts";

/** Who is asked and says nothing for so long is not here, whatever its socket says: a sleeping device, a process that was stopped. */
const answerMs = 1_500;
/** Answers that come so shortly before the end, or an end that is looked at so late: more of them may wait to be read. */
const marginMs = 250;
const longerMs = 500;
/** Members are asked at most once in so long. */
const betweenMs = 5_000;

/**
 * A member says that its round should have ended: the root, or too many others, may be silent behind sockets that live. All members
 * are asked where they stand.
 * @returns null if it is none of the sender's business
 */
export function probeLiveness(roster: Roster, participant: Participant, version: Version, now: number): readonly Effect[] | null {
  const { issued, participants } = roster;
  if (!issued.set.has(participant.member.peer) || compareVersions(version, issued.version) !== 0) return null;
  if (!issued.running || (roster.livenessProbe !== null && now < roster.livenessProbe.at + betweenMs)) return [];
  const members = issued.order
    .map((peer) => participants.get(peer))
    .filter((one) => one !== undefined && isPresent(one)) as Participant[];
  for (const member of members) member.isSilent = true;
  const asked = members.map((member) => ({ participant: member, connection: member.connection! }));
  roster.livenessProbe = { at: now, until: now + answerMs, heardAt: now, asked };
  return requestStatus(members);
}

/**
 * The connections of those who have not answered in time. None if nobody has, and none yet while answers still come or the server itself
 * is late: it is busy or stood still, and more answers may be next in its queue.
 */
export function silentSince(roster: Roster, now: number): readonly ConnectionId[] {
  const { livenessProbe: open } = roster;
  if (open === null || now < open.until) return [];
  if (now > open.until + marginMs || now < open.heardAt + marginMs) {
    roster.livenessProbe = { ...open, until: now + longerMs };
    return [];
  }
  roster.livenessProbe = { ...open, until: Number.POSITIVE_INFINITY };
  const here = open.asked.filter(({ participant, connection }) => participant.connection === connection);
  const silent = here.filter(({ participant }) => participant.isSilent);
  return silent.length === here.length ? [] : silent.map(({ connection }) => connection);
}
