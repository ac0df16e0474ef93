import type { Confusion } from "../../shared/run/confusion.ts";
import type { RoundReport } from "../../shared/run/report.ts";
import { taskMetrics } from "../../shared/run/tasks.ts";

/** How rounds are written: a JSON object a line, or lines of values below one of names. */
export type LogFormat = "ndjson" | "csv";

type LogValue = number | string | boolean | null | Confusion;

/** All that a task may measure; what this run's does not is null, or empty. */
const metricNames = [...new Set([...Object.values(taskMetrics).flat(), "perplexity"])];

/** The columns, the same for every run. Bytes are this peer's. */
const columns: readonly (readonly [name: string, value: (report: RoundReport) => LogValue])[] = [
  ["round", ({ round }) => round],
  ["hash", ({ hash }) => hash],
  ["members", ({ members }) => members],
  ["contributors", ({ contributors }) => contributors],
  ["counted", ({ counted }) => counted],
  ["trainingLoss", ({ trainingLoss }) => trainingLoss],
  ["evaluated", ({ evaluated }) => evaluated],
  ...metricNames.map((name) => [name, ({ metrics }: RoundReport) => metrics[name] ?? null] as const),
  ["confusion", ({ confusion }) => confusion],
  ["bytesSent", ({ bytesSent }) => bytesSent],
  ["bytesReceived", ({ bytesReceived }) => bytesReceived],
  ["wireBytesSent", ({ wireBytesSent }) => wireBytesSent],
  ["denseBytes", ({ denseBytes }) => denseBytes],
  ["seconds", ({ seconds }) => seconds],
];

/** What comes before the first round: the names, in a CSV file. */
export function logHead(format: LogFormat): string {
  return format === "csv" ? `${columns.map(([name]) => name).join(",")}\n` : "";
}

/** The line of a round, its end included. */
export function logLine(report: RoundReport, format: LogFormat): string {
  const row = columns.map(([name, value]) => [name, value(report)] as const);
  // No value has a comma or a quote in it.
  return format === "csv"
    ? `${row.map(([, value]) => cellOf(value)).join(",")}\n`
    : `${JSON.stringify(Object.fromEntries(row))}\n`;
}

/** A row of counts is parted from the next by a semicolon: "50 3;2 60". */
function cellOf(value: LogValue): string {
  if (value === null) return "";
  return typeof value === "object" ? value.map((counts) => counts.join(" ")).join(";") : String(value);
}
