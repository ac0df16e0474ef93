import type { Sum } from "../../sum/gathered.ts";
import type { Update } from "../../vector/update.ts";
import type { Effect } from "../step.ts";

/** Raised whenever a reader of older traces would misread newer ones. */
export const traceFormat = 3;

/** An event or effect without its numbers: what is said of it in a trace. */
export interface TraceRecord {
  /** When it was performed (ms since the trace's clock began). */
  readonly at: number;
  /** 0: it came from outside; else one more than that of what it follows from. */
  readonly depth: number;
  readonly kind: Effect["kind"];
  readonly [field: string]: unknown;
}

/** What stands for a sum. */
export type DescribeSum = (sum: Sum) => unknown;

/** Deeper than any event; what lies below is left out. */
const maxDepth = 10;

/** One line of a trace. Vectors and bytes stand as their lengths, sums as `described` says: no data and no update is in a trace. */
export function traceRecord(
  event: Effect,
  when: { readonly at: number; readonly depth: number },
  described: DescribeSum,
): TraceRecord {
  // An answer's rest are messages that are recorded when they are sent.
  const told = event.kind === "answered" ? { kind: event.kind, to: event.answer.to } : event;
  return { ...when, ...(plain(told, described) as { readonly kind: Effect["kind"] }) };
}

/** Plain data that JSON keeps as it is. */
export function plain(value: unknown, described: DescribeSum, depth = 0): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value !== "object" || depth > maxDepth) return undefined;
  if (value instanceof Error) return String(value);
  if (value instanceof Uint8Array) return { bytes: value.length };
  // A set of contributors.
  if (value instanceof Uint32Array) return [...value];
  if (ArrayBuffer.isView(value)) return { numbers: value.byteLength / 4 };
  if (Array.isArray(value)) return value.map((one) => plain(one, described, depth + 1));
  if (isSum(value)) return described(value);
  if (isOnDevice(value)) return { numbers: value.length };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, described, depth + 1)]));
}

function isSum(value: object): value is Sum {
  return "kind" in value && (value.kind === "column" || value.kind === "gathered");
}

function isOnDevice(value: object): value is { readonly length: number } {
  return "largest" in value && "length" in value;
}

/** A sum as a trace has it. */
export type RecordedSum = RecordedUpdate | { readonly gathered: readonly RecordedUpdate[] };

/** An update as a trace has it: its size, and its hash. */
export interface RecordedUpdate {
  /** d. */
  readonly length: number;
  readonly entries: number;
  readonly hash: string;
}

/** @param hashOf of an update's numbers */
export function describedBy(hashOf: (update: Update) => string): (sum: Sum) => RecordedSum {
  const one = (update: Update): RecordedUpdate => ({
    length: update.length,
    entries: update.values.data.length,
    hash: hashOf(update),
  });
  return (sum) => (sum.kind === "gathered" ? { gathered: sum.parts.map(one) } : one(sum));
}
