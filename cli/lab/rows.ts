import { appendFileSync, readFileSync, statSync, truncateSync } from "node:fs";
import { UsageError } from "../support/exit.ts";
import { jsonLine } from "../support/terminal.ts";
import { type LabRow, rowSchema, rowVersion } from "./lab-row.ts";

/** A line of a run of 10,000 tests has about 3 MB. */
const maxBytes = 500_000_000;

/**
 * The rows of a file of results; none where there is no file. A last line without an end is what an interruption left of a row: it is
 * counted as none, and cut off by `appendRow`.
 * @throws {UsageError} in one sentence by line, if the file cannot be read, or a line is no row of this version
 */
export function readRows(path: string): readonly LabRow[] {
  // A device, as /dev/stdout, has no rows to go on from.
  if (!isFile(path)) return [];
  const text = wholeLines(readText(path));
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, i) => rowOf(line, `${path}, line ${i + 1}`));
}

/** Adds a row, after what is whole. @throws {UsageError} if it cannot be written, as on a full disk */
export function appendRow(path: string, row: LabRow): void {
  try {
    if (isFile(path)) {
      const text = readFileSync(path);
      const whole = text.lastIndexOf(0x0a) + 1;
      if (whole < text.length) truncateSync(path, whole);
    }
    appendFileSync(path, `${jsonLine(row)}\n`);
  } catch (cause) {
    throw new UsageError(`${path}: expected a file that can be written: ${(cause as Error).message}; rows before it are safe`, {
      cause,
    });
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    return bytes.toString("utf8");
  } catch (cause) {
    throw new UsageError(`${path}: expected a file of results that can be read: ${(cause as Error).message}`, { cause });
  }
}

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

function rowOf(line: string, where: string): LabRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new UsageError(`${where}: expected a row of results as JSON, got something else`, { cause });
  }
  const version = (value as { readonly version?: unknown } | null)?.version;
  if (version !== rowVersion)
    throw new UsageError(
      `${where}: expected a row of version ${rowVersion}, got ${String(version)}: move the file away, or use the Copse that wrote it`,
    );
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success)
    throw new UsageError(`${where}: ${parsed.error.issues[0]!.path.join(".")}: ${parsed.error.issues[0]!.message}`);
  return parsed.data as unknown as LabRow;
}
