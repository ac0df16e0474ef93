import type { RoundReport } from "../../../shared/run/report.ts";
import { logHead, logLine } from "../../export/run-log.ts";

/** Rounds that are kept for a person who may want them: 20 MB of text. */
const maxLines = 100_000;

/** The rounds of a tab as lines of CSV; of a longer run, the last of them. */
export function createRoundLog(): { add(report: RoundReport): void; text(): string } {
  const lines: string[] = [];
  return {
    add(report) {
      if (lines.length === maxLines) lines.splice(0, maxLines / 10);
      lines.push(logLine(report, "csv"));
    },
    text: () => logHead("csv") + lines.join(""),
  };
}
