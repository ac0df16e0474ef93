import { compareVersions, noVersion, type Version } from "../../base/version.ts";
import { changed, isBehind, type Roster } from "./roster.ts";

/** Tolerated difference of two servers' clocks (ms). */
const clockSkewMs = 120_000;
/** A version of more than a hundred years ahead (ms) is never believed: epochs stay far below 2⁵³. */
const maxAheadMs = 100 * 365.25 * 86_400_000;

/** Takes in the versions that participants report: the next roster must be newer than the newest that is believed. */
export function observeVersion(roster: Roster, now: number): void {
  roster.newestVersion = newestBelieved(roster, now);
  if (isBehind(roster)) changed(roster, now);
}

/**
 * The newest version that is believed.
 *
 * | who reports it | believed |
 * |---|---|
 * | two sessions, or the roster in force | yes: it is proven |
 * | one session | if its epoch is at most the proven one, or the server's clock and `clockSkewMs` |
 * | one session, before the room's first roster, while no other reports any | yes: nobody else can be harmed |
 */
function newestBelieved({ participants, issued }: Roster, now: number): Version {
  const told = new Map<string, Version>();
  for (const { member, session, reported } of participants.values()) {
    if (reported[0] > now + maxAheadMs || compareVersions(reported, noVersion) === 0) continue;
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
