import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import type { Inspect } from "../shared/peer/step.ts";
import { traceFormat, traceRecord } from "../shared/peer/trace-record.ts";
import { UsageError } from "./support/exit.ts";
import { ownVersion } from "./support/own-version.ts";

/** A full file is renamed to `FILE.1`, in the place of the one before: a trace takes at most twice this. */
const maxFileBytes = 32 * 1024 * 1024;

export interface TraceWriter {
  readonly inspect: Inspect;
  close(): void;
}

interface TraceOptions {
  readonly room: string;
  readonly label: string;
  /** Told once why nothing more is written, should that be so: training goes on without. */
  onProblem(text: string): void;
}

/**
 * Writes what happens to a peer's rounds, one JSON object a line. Each file begins with a record of kind `state`: whose trace it is, and
 * where the peer stood.
 * @throws {UsageError} if the file cannot be written
 */
export function openTrace(file: string, { onProblem, ...about }: TraceOptions): TraceWriter {
  let descriptor: number | null = open(file);
  let size = 0;
  let roster: object | null = null;
  let isNew = true;
  const write = (record: object): void => {
    const line = `${JSON.stringify(record)}\n`;
    size += Buffer.byteLength(line);
    if (descriptor !== null) writeSync(descriptor, line);
  };
  const close = (): void => {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
  };
  const rotate = (): void => {
    close();
    renameSync(file, `${file}.1`);
    descriptor = open(file);
    [size, isNew] = [0, true];
  };
  const put: Inspect = (event, { chain, membership }) => {
    const at = Math.round(10 * performance.now()) / 10;
    if (size > maxFileBytes) rotate();
    if (isNew) {
      const { tip } = chain;
      const standing = { tip, isObserver: membership.isObserver, roster };
      write({ at, kind: "state", format: traceFormat, copse: ownVersion(), ...about, ...standing });
      isNew = false;
    }
    const record = traceRecord(event, at);
    if (event.kind === "roster") roster = record;
    write(record);
  };
  return {
    inspect(event, machines) {
      // A training under way may end after the peer has left.
      if (descriptor === null) return;
      try {
        put(event, machines);
      } catch (cause) {
        descriptor = null;
        onProblem(`the trace ends here, ${file} cannot be written: ${cause instanceof Error ? cause.message : cause}`);
      }
    },
    close,
  };
}

function open(file: string): number {
  try {
    return openSync(file, "w");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--trace: expected a file that can be written, got ${file}: ${reason}`, { cause });
  }
}
