import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import type { Hasher } from "../../shared/base/hash.ts";
import type { Inspect } from "../../shared/peer/step.ts";
import { createTraceRecorder } from "../../shared/peer/trace/trace-recorder.ts";
import { UsageError } from "../support/exit.ts";
import { ownVersion } from "../support/own-version.ts";

/** A full file is renamed to `FILE.1`, replacing the one before: a trace takes at most twice this. */
const maxFileBytes = 32 * 1024 * 1024;
/** A file of this size ends at the next event from which a replay can begin. */
const soonBytes = 24 * 1024 * 1024;

export interface TraceWriter {
  readonly inspect: Inspect;
  close(): void;
}

interface TraceOptions {
  readonly room: string;
  readonly label: string;
  readonly hasher: Hasher;
  /** Called once if writing fails, with why; training goes on without the trace. */
  onProblem(text: string): void;
}

/**
 * Writes the events of a peer's rounds, one JSON object a line; see `createTraceRecorder`.
 * @throws {UsageError} if the file cannot be written
 */
export function openTrace(file: string, { onProblem, hasher, ...about }: TraceOptions): TraceWriter {
  let descriptor: number | null = open(file);
  let size = 0;
  const close = (): void => {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
  };
  const record = createTraceRecorder({
    hasher,
    now: () => performance.now(),
    about: { copse: ownVersion(), ...about },
    fullness: () => (size > maxFileBytes ? "now" : size > soonBytes ? "soon" : "no"),
    write(what) {
      const line = `${JSON.stringify(what)}\n`;
      size += Buffer.byteLength(line);
      if (descriptor !== null) writeSync(descriptor, line);
    },
    rotate() {
      close();
      renameSync(file, `${file}.1`);
      descriptor = open(file);
      size = 0;
    },
  });
  return {
    inspect(event, machines, depth) {
      // A training under way may end after the peer has left.
      if (descriptor === null) return;
      try {
        record(event, machines, depth);
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
