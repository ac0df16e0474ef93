import { describe, expect, it } from "vitest";
import { createLoneWatch } from "../../../client/peer/lone-watch.ts";
import type { PeerReport } from "../../../shared/run/report.ts";

const [self, other] = ["a".repeat(16), "b".repeat(16)];
const member = (peer: string, seat: number): { peer: string; label: string; seat: number } => ({ peer, label: "", seat });
const roster: PeerReport = {
  type: "roster",
  version: [1, 1],
  members: [member(self!, 0), member(other!, 1)],
  observers: 0,
  running: true,
  pausedBy: null,
  position: 0,
};
const lost: PeerReport = { type: "lost", peer: other!, loss: { kind: "unopened", reason: "no path" } };
const open: PeerReport = {
  type: "link",
  peer: other!,
  state: "open",
  isBackup: false,
  path: null,
  rttMs: null,
  attempts: 1,
  reason: null,
};

/** What is said at the end of a run of these reports. */
function problemAfter(...reports: readonly PeerReport[]): string | null {
  const watch = createLoneWatch();
  for (const report of reports) watch.hear(report);
  return watch.problem;
}

describe("a peer at the end of its run", () => {
  it("that was a member beside others and never had a link says that its model is its own, and why", () => {
    expect(problemAfter(roster, lost)).toContain("trained alone");
    expect(problemAfter(roster, lost)).toContain("no path");
  });

  it("says nothing if it ever had a link, was alone, or only failed to help one that watched", () => {
    expect(problemAfter(roster, lost, open)).toBeNull();
    expect(problemAfter(roster, open, lost)).toBeNull();
    expect(problemAfter(roster)).toBeNull();
    expect(problemAfter({ ...roster, members: [member(self!, 0)], observers: 1 }, lost)).toBeNull();
    expect(problemAfter({ ...roster, position: null }, lost)).toBeNull();
  });
});
