import { rejoinUntil } from "../roster/rejoin-window.ts";
import { electionUntil, hasCandidate } from "../roster/root-election.ts";
import type { Roster } from "../roster/roster.ts";
import { gatheringUntil, paceUntil, startUntil } from "./issue.ts";

/** What the next roster waits for. */
export type RosterState = "settled" | "paced" | "starting" | "gathering" | "rejoining" | "electing";

/** What is known of who may be the next root. */
export type ElectionState = "open" | "led" | "orphaned" | "asking" | "preparing";

/** One state of a machine: what it is, and which states may follow it. */
export interface StateRow<State extends string> {
  readonly state: State;
  readonly meaning: string;
  readonly ends: string;
  readonly next: readonly State[];
}

/** The life of a roster, by what its successor waits for. Of several waits the longest counts. */
export const rosterStates: readonly StateRow<RosterState>[] = [
  {
    state: "settled",
    meaning: "no change waits",
    ends: "with a change: a peer is ready, away, parted or gone; the run is started or paused; a newer version is believed",
    next: ["paced", "starting", "gathering", "rejoining", "electing"],
  },
  {
    state: "paced",
    meaning: "a change waits for the next commit and for further changes",
    ends: "with a report of a commit, or after 2 s and 1 s a level of the tree; 50 ms where no commit is expected",
    next: ["settled", "gathering", "rejoining", "electing"],
  },
  {
    state: "starting",
    meaning: "the server has just started, and peers of a forgotten run may come back",
    ends: "8 s after the start of `copse serve`",
    next: ["settled", "paced", "gathering", "electing"],
  },
  {
    state: "gathering",
    meaning: "a forgotten run was resumed, and its peers may come back",
    ends: "with a majority, with everybody who may have more rounds, or after 45 s; 3 s where nobody reported a roster",
    next: ["settled", "paced", "starting", "rejoining", "electing"],
  },
  {
    state: "rejoining",
    meaning: "half of the members are away and keep their places",
    ends: "when more than half are back, or after 6 s; 45 s while there is no candidate",
    next: ["settled", "paced", "gathering", "electing"],
  },
  {
    state: "electing",
    meaning: "peers were asked for their tips, and may have been asked for promises",
    ends: "with the answers that are needed, or after 45 s",
    next: ["settled", "paced", "gathering", "rejoining"],
  },
];

/** The root election. A candidate is present and known to have all confirmed rounds. */
export const electionStates: readonly StateRow<ElectionState>[] = [
  {
    state: "open",
    meaning: "nobody has reported a round: everybody present is a candidate, or its members once a roster ran",
    ends: "with the first reported round",
    next: ["led", "orphaned", "asking", "preparing"],
  },
  {
    state: "led",
    meaning: "a candidate is present",
    ends: "when the last candidate leaves or falls behind, or the root is to be replaced",
    next: ["open", "orphaned", "asking", "preparing"],
  },
  {
    state: "orphaned",
    meaning: "rounds were reported, and no candidate is present",
    ends: "when a candidate comes, or half of the members are away",
    next: ["open", "led", "asking", "preparing"],
  },
  {
    state: "asking",
    meaning: "half of the members are away without a candidate: everybody present was sent a status-request",
    ends: "with the next roster, or with the request for promises before it",
    next: ["open", "led", "preparing"],
  },
  {
    state: "preparing",
    meaning: "a root that has not left is to be replaced, or there is no candidate: everybody present was asked to prepare",
    ends: "with the next roster, whose root is the most advanced candidate; without one, the most advanced member",
    next: ["open", "led"],
  },
];

const waits: readonly { readonly state: RosterState; readonly until: (roster: Roster) => number }[] = [
  { state: "paced", until: paceUntil },
  { state: "starting", until: startUntil },
  { state: "gathering", until: gatheringUntil },
  { state: "rejoining", until: rejoinUntil },
  { state: "electing", until: electionUntil },
];

/** The state of a roster between two events. */
export function rosterState(roster: Roster): RosterState {
  if (roster.since === null) return "settled";
  return waits.map(({ state, until }) => ({ state, until: until(roster) })).reduce((a, b) => (b.until > a.until ? b : a)).state;
}

/** The state of the election between two events. */
export function electionState(roster: Roster): ElectionState {
  const { asked, highestTip } = roster;
  if (asked !== null) return asked.prepare === null ? "asking" : "preparing";
  if (highestTip === null) return "open";
  return hasCandidate(roster) ? "led" : "orphaned";
}
