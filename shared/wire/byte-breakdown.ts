/** What a message's bytes are for. */
export interface ByteBreakdown {
  /** Which coordinates. */
  readonly index: number;
  /** Their numbers. */
  readonly value: number;
  /** Statistics of normalization layers, which travel exactly. */
  readonly statistics: number;
  /** All else: heads, contributors, metrics, snapshots. */
  readonly other: number;
}

/** Those of the updates in it. */
export type UpdateBreakdown = Pick<ByteBreakdown, "index" | "value">;

/** Those of a part in it. */
export type PartBreakdown = Pick<ByteBreakdown, "index" | "value" | "statistics">;

export const noBytes: ByteBreakdown = { index: 0, value: 0, statistics: 0, other: 0 };

export function addBreakdowns(a: ByteBreakdown, b: ByteBreakdown): ByteBreakdown {
  return {
    index: a.index + b.index,
    value: a.value + b.value,
    statistics: a.statistics + b.statistics,
    other: a.other + b.other,
  };
}
