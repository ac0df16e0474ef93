import type { ClientReport } from "./client-report.ts";

/** Watches whether a peer that was to train with others ever had a link to one of them. */
export interface LoneWatch {
  hear(report: ClientReport): void;
  /** A sentence if others were members with this peer and no link ever opened: its model is its own, not the room's. null otherwise. */
  readonly problem: string | null;
}

export function createLoneWatch(): LoneWatch {
  let hasLinked = false;
  const fellows = new Set<string>();
  let reason: string | null = null;
  return {
    hear(report) {
      if (report.type === "roster" && report.position !== null) for (const { peer } of report.members) fellows.add(peer);
      else if (report.type === "link" && report.state === "open") hasLinked = true;
      else if (report.type === "lost" && report.loss.kind === "unopened" && fellows.has(report.peer)) reason = report.loss.reason;
    },
    get problem() {
      if (hasLinked || reason === null) return null;
      return `This peer trained alone, for no link to another ever opened: its model is not that of the others. The last attempt: ${reason}`;
    },
  };
}
