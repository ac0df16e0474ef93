import type * as z from "zod/mini";
import { issueText } from "../../base/issue-text.ts";

/** One line of a trace. */
export interface TraceLine {
  /** Counted from 1. */
  readonly number: number;
  readonly record: TraceLineRecord;
}

/** What is in each record, whatever else is. */
interface TraceLineRecord {
  readonly at: number;
  readonly depth: number;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A trace cannot be replayed, or says something else than the replayed peer does. */
export class ReplayError extends Error {
  override readonly name = "ReplayError";
  readonly code = "replay";
  readonly line: number;

  constructor(line: number, sentence: string) {
    super(sentence);
    this.line = line;
  }
}

/** A record as its schema has it. @throws {ReplayError} where it is none */
export function readLine<T>({ number, record }: TraceLine, schema: z.ZodMiniType<T>): T {
  const read = schema.safeParse(record);
  if (read.success) return read.data;
  throw new ReplayError(number, `a record of kind ${record.kind}: ${issueText(read.error.issues[0]!, record)}`);
}
