/** What a message's bytes are for. */
export interface ByteBreakdown {
  /** Which coordinates. */
  readonly index: number;
  /** Their numbers. */
  readonly value: number;
  /** All else: heads, contributors, metrics, snapshots. */
  readonly other: number;
}

/** Those of the updates in it. */
export type UpdateBreakdown = Pick<ByteBreakdown, "index" | "value">;

export const noBytes: ByteBreakdown = { index: 0, value: 0, other: 0 };

export function addBreakdowns(a: ByteBreakdown, b: ByteBreakdown): ByteBreakdown {
  return { index: a.index + b.index, value: a.value + b.value, other: a.other + b.other };
}
