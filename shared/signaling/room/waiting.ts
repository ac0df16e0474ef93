import type { Effect } from "../roster/effects.ts";
import { rejoinUntil } from "../roster/rejoin-window.ts";
import { electionUntil } from "../roster/root-election.ts";
import type { Roster } from "../roster/roster.ts";
import { dueTime, gatheringUntil, startUntil } from "./issue.ts";

/** Shorter waits (ms) are not told. */
const shortMs = 1_000;

const forAbsent = "for members of this run that are away: they may have rounds that nobody here has";

/** The waits that participants are told of, as the rest of a sentence that begins with "Waiting". */
const waits: readonly { readonly until: (roster: Roster) => number; readonly what: string }[] = [
  { until: startUntil, what: "for peers of a run that the server has forgotten: it has just started" },
  { until: gatheringUntil, what: "for the other peers of this run: they may have more of its rounds" },
  { until: rejoinUntil, what: forAbsent },
  { until: electionUntil, what: forAbsent },
];

/** Tells participants without a place what the next roster waits for, and the longest that it takes: once, and again when that changes. */
export function tellWaiting(roster: Roster, now: number): readonly Effect[] {
  const due = dueTime(roster);
  if (due === null || due < now + shortMs) return [];
  const wait = waits.map(({ until, what }) => ({ until: until(roster), what })).reduce((a, b) => (b.until > a.until ? b : a));
  if (wait.until < now + shortMs) return [];
  const key = `${wait.until} ${wait.what}`;
  const to: string[] = [];
  for (const participant of roster.participants.values()) {
    if (participant.connection === null || participant.waitsFor === key || roster.issued.set.has(participant.member.peer))
      continue;
    participant.waitsFor = key;
    to.push(participant.connection);
  }
  const forMs = Math.ceil(wait.until - now);
  return to.length === 0 ? [] : [{ kind: "send", to, message: { kind: "waiting", what: wait.what, forMs } }];
}
