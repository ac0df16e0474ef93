import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { traceFormat } from "../../shared/peer/trace/trace-record.ts";
import type { TraceLine } from "../../shared/simulation/replay/trace-line.ts";
import { UsageError } from "../support/exit.ts";

/** No record is longer: a roster of 4,096 takes a tenth of it. */
const maxLineLength = 16 * 1024 * 1024;

interface TraceFile {
  /** What a sentence calls it. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Told of a last line that was cut off, which is left out. */
  onCut(sentence: string): void;
}

/**
 * The lines of a trace, its first of kind `state`, one at a time: as much memory as the longest takes.
 * @throws {UsageError} (as a rejection) that names the line where it is none, or of another format
 */
export async function* traceLines({ name, chunks, onCut }: TraceFile): AsyncGenerator<TraceLine, void, void> {
  const decoder = new StringDecoder("utf8");
  let number = 0;
  let rest = "";
  const fail = (sentence: string): never => {
    throw new UsageError(`${name}, line ${Math.max(1, number)}: ${sentence}`);
  };
  for await (const chunk of chunks) {
    const [head = "", ...tails] = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)).split("\n");
    rest += head;
    for (const tail of tails) {
      number += 1;
      const record = recordIn(rest);
      if (record === null) return fail(`expected a JSON object with a kind, got ${JSON.stringify(rest.slice(0, 60))}`);
      if (number === 1) checkFirst(record, fail);
      yield { number, record };
      rest = tail;
    }
    if (rest.length <= maxLineLength) continue;
    number += 1;
    fail(`expected a line of at most ${maxLineLength} characters, got a longer one`);
  }
  if (number === 0 && rest === "") fail("expected a record of kind state, as a trace begins with, got nothing");
  if (rest !== "") onCut(`${name}, line ${number + 1}: cut short, left out`);
}

/** The same of a file. */
export function traceLinesOf(file: string, onCut: TraceFile["onCut"]): AsyncGenerator<TraceLine, void, void> {
  return traceLines({ name: file, chunks: chunksOf(file), onCut });
}

async function* chunksOf(file: string): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new UsageError(`expected a trace, got ${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function checkFirst(record: TraceLine["record"], fail: (sentence: string) => never): void {
  if (record.kind !== "state") fail("expected a record of kind state, as a trace begins with");
  if (record["format"] !== traceFormat)
    fail(`expected a trace of format ${traceFormat}, got format ${JSON.stringify(record["format"])}`);
}

function recordIn(text: string): TraceLine["record"] | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is TraceLine["record"] {
  if (typeof value !== "object" || value === null) return false;
  const { kind, at, depth } = value as { readonly [field: string]: unknown };
  const isTimed = typeof at === "number" && Number.isInteger(depth) && (depth as number) >= 0;
  return typeof kind === "string" && (isTimed || kind === "state");
}
