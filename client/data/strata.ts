import type { FoundRows } from "./select-rows.ts";
import { rowCount } from "./select-rows.ts";

/** Numbers are dealt by tenths of their range of ranks. */
const bins = 10;

/** What partitions by label go by: the class number of each row; for a label of numbers, the tenth of all rows that it is in, by rank. */
export function strataOf(found: FoundRows): Int32Array {
  if (found.kind === "images") return found.labels ?? new Int32Array(rowCount(found));
  const label = found.columns.at(-1)!;
  if (label.kind === "category") return label.codes;
  return label.kind === "text" ? new Int32Array(found.rows) : tenthsOf(label.values);
}

/** The tenth, from 0, of all values that each is in, by rank; of equal ones the first come first. */
export function tenthsOf(values: Float64Array): Int32Array {
  const strata = new Int32Array(values.length);
  const ranked = Uint32Array.from(values, (_, row) => row).sort((a, b) => values[a]! - values[b]! || a - b);
  ranked.forEach((row, rank) => {
    strata[row] = Math.floor((rank * bins) / values.length);
  });
  return strata;
}
