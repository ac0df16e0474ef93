import { compareVersions, type Version } from "../../base/version.ts";
import type { Effect } from "./effects.ts";
import { type ConnectionId, isPresent, type Participant } from "./participant.ts";
import { requestStatus } from "./root-election.ts";
import type { Roster } from "./roster.ts";

/** A member that has not answered after this time is taken to be gone, though its socket is open: a sleeping device, a stopped process. */
const answerMs = 1_500;
/** Where an answer came this shortly before the end, or the end is handled this late, more answers may be queued: the probe is extended by `longerMs`. */
const marginMs = 250;
const longerMs = 500;
/** Least time between two probes. */
const betweenMs = 5_000;

/**
 * Sends all members a status request, because a member reports a round that does not end: the root, or half of the members, may be
 * silent behind open sockets.
 * @returns null if the reporter is no member of the roster in force
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
 * The connections of members that have not answered in time. None where nobody answered, which is the server's own fault; none yet while
 * answers still come or the server is late.
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
