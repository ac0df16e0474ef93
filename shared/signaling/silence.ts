import type { Effect } from "./effects.ts";
import { type ConnectionId, type Guest, isPresent } from "./guest.ts";
import type { Roster } from "./roster.ts";
import { where } from "./succession.ts";
import { compareVersions, type Version } from "./version.ts";

/** Who is asked and says nothing for so long is not here, whatever its socket says: a sleeping device, a process that was stopped. */
const answerMs = 1_500;
/** Members are asked at most once in so long. */
const betweenMs = 5_000;

/** Members that were asked whether they are here, because a round does not end. */
export interface Probe {
  readonly at: number;
  /** When those who have said nothing since are taken to be gone. */
  readonly until: number;
  readonly asked: readonly { readonly guest: Guest; readonly connection: ConnectionId }[];
}

/**
 * A member says that its round should have ended: the root, or too many others, may be silent behind sockets that live. All members
 * are asked where they stand.
 * @returns null if it is none of the sender's business
 */
export function probe(roster: Roster, guest: Guest, version: Version, now: number): readonly Effect[] | null {
  const { issued, guests } = roster;
  if (!issued.set.has(guest.member.peer) || compareVersions(version, issued.version) !== 0) return null;
  if (!issued.running || (roster.probe !== null && now < roster.probe.at + betweenMs)) return [];
  const members = issued.order.map((peer) => guests.get(peer)).filter((one) => one !== undefined && isPresent(one)) as Guest[];
  for (const member of members) member.isSilent = true;
  const asked = members.map((member) => ({ guest: member, connection: member.connection! }));
  roster.probe = { at: now, until: now + answerMs, asked };
  return where(members);
}

/**
 * The connections of those who have not answered in time. None if nobody has: then it is the server that stood still, and their
 * answers may be next in its queue.
 */
export function silentSince(roster: Roster, now: number): readonly ConnectionId[] {
  const { probe: open } = roster;
  if (open === null || now < open.until) return [];
  roster.probe = { ...open, until: Number.POSITIVE_INFINITY };
  const here = open.asked.filter(({ guest, connection }) => guest.connection === connection);
  const silent = here.filter(({ guest }) => guest.isSilent);
  return silent.length === here.length ? [] : silent.map(({ connection }) => connection);
}
