import { closeSync, openSync, writeSync } from "node:fs";
import { type LogFormat, logHead, logLine } from "../client/export/run-log.ts";
import type { RoundReport } from "../shared/run/report.ts";
import type { TypedOptions } from "./support/config-options.ts";
import { UsageError } from "./support/exit.ts";

/** The file of --log, a line a round. */
export interface LogFile {
  round(report: RoundReport): void;
  close(): void;
}

/**
 * The file that --log names, made before the run; null: no such option.
 * @throws {UsageError} if it is neither .ndjson nor .csv, or cannot be written
 */
export function openLog(typed: TypedOptions): LogFile | null {
  const path = typed["log"];
  if (typeof path !== "string") return null;
  const format = formatOf(path);
  const file = open(path);
  writeSync(file, logHead(format));
  return {
    round: (report) => void writeSync(file, logLine(report, format)),
    close: () => closeSync(file),
  };
}

function formatOf(path: string): LogFormat {
  const [, ending] = /\.(ndjson|csv)$/i.exec(path) ?? [];
  if (ending === undefined) throw new UsageError(`--log: expected a file that ends in .ndjson or .csv, got ${path}`);
  return ending.toLowerCase() === "csv" ? "csv" : "ndjson";
}

function open(path: string): number {
  try {
    return openSync(path, "w");
  } catch (cause) {
    throw new UsageError(`--log: expected a file that can be written, got ${path}: ${(cause as Error).message}`, { cause });
  }
}
