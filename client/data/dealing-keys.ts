import type { Dealing } from "../../shared/run/dealing.ts";
import { DataError } from "./data-set.ts";
import type { Column, FoundData, FoundImages, FoundTable } from "./found-data.ts";
import { groupsOf } from "./groups-of.ts";
import { tenthsOf } from "./strata.ts";

/** A label of numbers is dealt by the tenths of its samples, ordered by it. */
const tenths = 10;

/** What a partition goes by, and what its values are called. */
export interface DealingKeys {
  /** An integer a sample, from 0. */
  readonly keys: Int32Array;
  readonly names: readonly string[];
  /** Whether they are tenths of a label of numbers, and no classes. */
  readonly isRanked: boolean;
}

/**
 * What images or rows are dealt by: their class; for a label of numbers the tenth that a sample is in, by rank; for `by(column)` the number of its value there.
 * @param label name of a table's label
 * @throws {DataError} if a sample has no label, or there is no such column
 */
export function dealingKeys(found: FoundImages | FoundTable, dealing: Dealing, label: string | null): DealingKeys {
  if (dealing.kind === "by") return named(groupsOf(found, dealing.column));
  return labelKeys(found, label);
}

/** The class of each image or row, or its tenth. @throws {DataError} if a sample has no label */
export function labelKeys(found: FoundImages | FoundTable, label: string | null): DealingKeys {
  if (found.kind === "images") {
    if (found.labels === null) throw new DataError("images: expected labels, or a folder for each class, got neither");
    return { keys: found.labels, names: found.classes, isRanked: false };
  }
  const column = found.columns.find(({ name }) => name === label);
  if (column === undefined || column.kind === "text")
    throw new DataError(`column ${label}: expected a label of classes or numbers, got none`);
  const missing = missingOf(column).first;
  if (missing !== null) throw new DataError(`column ${column.name}, row ${missing + 1}: expected a label, got nothing`);
  return column.kind === "category"
    ? { keys: column.codes, names: column.categories, isRanked: false }
    : numberKeys(column.values);
}

/** Few different numbers are classes; of many, the tenths. */
function numberKeys(values: Float64Array): DealingKeys {
  const different = [...new Set(values)].sort((a, b) => a - b);
  if (different.length <= 2 * tenths && different.every(Number.isInteger)) {
    const codeOf = new Map(different.map((value, code) => [value, code]));
    return { keys: Int32Array.from(values, (value) => codeOf.get(value)!), names: different.map(String), isRanked: false };
  }
  const keys = tenthsOf(values);
  const least = Array.from({ length: tenths }, () => Number.POSITIVE_INFINITY);
  for (let i = 0; i < values.length; i += 1) least[keys[i]!] = Math.min(least[keys[i]!]!, values[i]!);
  return { keys, names: least.map((value) => `from ${Number(value.toPrecision(4))}`), isRanked: true };
}

function named(keys: Int32Array): DealingKeys {
  let greatest = -1;
  for (const key of keys) greatest = Math.max(greatest, key);
  return { keys, names: Array.from({ length: greatest + 1 }, (_, i) => `value ${i + 1}`), isRanked: false };
}

/** How many values of a column are missing, and the first row, from 0, without one. */
export function missingOf(column: Column): { readonly count: number; readonly first: number | null } {
  let count = 0;
  let first: number | null = null;
  const values: ArrayLike<number | string> = column.kind === "category" ? column.codes : column.values;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    if (!(column.kind === "category" ? value === -1 : column.kind === "number" ? Number.isNaN(value) : value === "")) continue;
    count += 1;
    first ??= row;
  }
  return { count, first };
}

/** Samples of images or of a table; null: a text has none. */
export function sampleCount(found: FoundData): number | null {
  if (found.kind === "images") return found.pixels.length / (found.height * found.width * found.channels);
  return found.kind === "table" ? found.rows : null;
}
