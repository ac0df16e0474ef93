import { compareVersions, noVersion, type Version } from "../../base/version.ts";
import { changed, isBehind, type Roster } from "./roster.ts";

/** So far (ms) the clocks of two servers differ that are set now and then: a server could make such a version itself before long. */
const clockSkewMs = 120_000;
/** Nobody is believed a version of later than a hundred years from now (ms), whatever else speaks for it. */
const mostAheadMs = 100 * 365.25 * 86_400_000;

/** Peers may have newer rosters than the one in force: the next is to be newer than all that is believed of them. */
export function observeVersion(roster: Roster, now: number): void {
  roster.newestVersion = newestBelieved(roster, now);
  if (isBehind(roster)) changed(roster, now);
}

/**
 * The newest version that is believed. Two who have different secrets prove one, and so does the roster in force; of one alone a version
 * is believed that is of no later epoch than what is proven, or than this server's own clock. Before the room's first roster one who is
 * the only one to tell of any version is believed: nobody else can be harmed.
 */
function newestBelieved({ participants, issued }: Roster, now: number): Version {
  const told = new Map<string, Version>();
  for (const { member, session, reported } of participants.values()) {
    if (reported[0] > now + mostAheadMs || compareVersions(reported, noVersion) === 0) continue;
    const by = session === "" ? member.peer : session;
    if (compareVersions(reported, told.get(by) ?? noVersion) > 0) told.set(by, reported);
  }
  const [first, second = noVersion, ...others] = [...told.values()].sort((a, b) => compareVersions(b, a));
  if (first === undefined) return noVersion;
  const isBlank = issued.version[1] === 0;
  if (isBlank && told.size === 1) return first;
  const proven = isBlank || compareVersions(second, issued.version) > 0 ? second : issued.version;
  const latest = Math.max(proven[0], now + clockSkewMs);
  return [first, second, ...others].find(([epoch]) => epoch <= latest) ?? noVersion;
}
