import type { Effect } from "./step.ts";

/** Raised whenever a reader of older traces would misread newer ones. */
export const traceFormat = 1;

/** An event or effect without its numbers: what is said of it in a trace. */
export interface TraceRecord {
  /** When it was performed (ms since the trace's clock began). */
  readonly at: number;
  readonly kind: Effect["kind"];
  readonly [field: string]: unknown;
}

/** Deeper than any event; what lies below is left out. */
const maxDepth = 8;

/** One line of a trace. Vectors and bytes stand as their lengths: no data and no update is in a trace. */
export function traceRecord(event: Effect, at: number): TraceRecord {
  return { at, ...(plain(event, 0) as { readonly kind: Effect["kind"] }) };
}

function plain(value: unknown, depth: number): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof Error) return String(value);
  if (value instanceof Uint8Array) return { bytes: value.length };
  if (ArrayBuffer.isView(value)) return { numbers: value.byteLength / 4 };
  if (typeof value !== "object" || depth > maxDepth) return undefined;
  if (Array.isArray(value)) return value.map((one) => plain(one, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, depth + 1)]));
}
