import { DataError } from "./data-set.ts";
import { quoted } from "./formats/tables/cell.ts";
import type { FoundData } from "./found-data.ts";

/**
 * The number of each row's value in a column, by which `by(column)` deals: rows of one value have one number. Missing values are one value.
 * @throws {DataError} if these are no rows, or there is no such column
 */
export function groupsOf(found: FoundData, name: string): Int32Array {
  if (found.kind !== "table") throw new DataError(`partition: expected a table for by(${name}), got ${found.kind}`);
  const column = found.columns.find((one) => one.name === name);
  if (column === undefined) {
    const names = found.columns.slice(0, 12).map((one) => one.name);
    throw new DataError(
      `partition: expected by(column) with one of the columns ${names.join(", ")}${found.columns.length > 12 ? ", …" : ""}, got ${quoted(name)}`,
    );
  }
  if (column.kind === "category") return column.codes;
  const numbers = new Map<number | string, number>();
  return Int32Array.from<number | string>(column.values, (value) => {
    const found = numbers.get(value) ?? numbers.size;
    numbers.set(value, found);
    return found;
  });
}
