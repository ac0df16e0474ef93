import { DataError } from "../../data-set.ts";
import { isMissing, numberOf, quoted } from "./cell.ts";
import type { CsvRow } from "./csv-rows.ts";
import { maxNameCharacters } from "./table-limits.ts";

/** What the first row of a table says. */
export interface Heading {
  readonly names: readonly string[];
  /** Rows before the first sample: 0 or 1. */
  readonly skipped: number;
  /** The counts and class names of scikit-learn's first row `rows,features,class names`; null: another table. */
  readonly counts: { readonly rows: number; readonly classes: readonly string[] } | null;
}

/** The label column of scikit-learn's tables. */
const classColumn = "class";

/**
 * Tells a header, scikit-learn's first row, or neither (the columns are x1, x2, … then) by the first rows.
 * @param header overrides what the content tells
 * @throws {DataError} if two columns have the same name
 */
export function headingOf(path: string, rows: readonly CsvRow[], { hasCommas, header }: HeadingOptions): Heading {
  const [first, second] = rows;
  const width = (second ?? first)!.cells.length;
  if (header === undefined && second !== undefined) {
    const counts = countsOf(first!.cells, width);
    if (counts !== null) return { names: [...unnamed(width - 1), classColumn], skipped: 1, counts };
  }
  if (!(header ?? isHeader(rows, hasCommas))) return { names: unnamed(first!.cells.length), skipped: 0, counts: null };
  const names = first!.cells.map((cell, i) => cell.trim().replace(/[\s\p{C}]+/gu, " ") || `x${i + 1}`);
  const long = names.findIndex(({ length }) => length > maxNameCharacters);
  if (long >= 0)
    throw new DataError(
      `${path}: row ${first!.number}: expected a name of at most ${maxNameCharacters} characters, got ${names[long]!.length} for column ${long + 1}`,
    );
  const again = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (again >= 0)
    throw new DataError(
      `${path}: row ${first!.number}: expected a different name for each column, got ${quoted(names[again]!)} for columns ${names.indexOf(names[again]!) + 1} and ${again + 1}`,
    );
  return { names, skipped: 1, counts: null };
}

export interface HeadingOptions {
  /** Whether numbers may have a decimal comma. */
  readonly hasCommas: boolean;
  readonly header?: boolean | undefined;
}

function unnamed(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `x${i + 1}`);
}

function countsOf(cells: readonly string[], width: number): Heading["counts"] {
  const [rows = "", features = "", ...classes] = cells.map((cell) => cell.trim());
  const isCounts = /^\d+$/.test(rows) && Number(features) === width - 1 && classes.length >= 2;
  return isCounts && classes.every((name) => Number.isNaN(numberOf(name, false))) ? { rows: Number(rows), classes } : null;
}

/** Whether the first row names the columns: one of them has a name above numbers; or none has numbers and no name is a value below it. */
function isHeader([first, ...others]: readonly CsvRow[], hasCommas: boolean): boolean {
  if (others.length === 0) return false;
  const isNumber = (cell: string): boolean => !Number.isNaN(numberOf(cell.trim(), hasCommas));
  let [isAboveNumbers, isBelow, hasNumbers] = [false, false, false];
  for (const [i, name] of first!.cells.entries()) {
    const below = others.map(({ cells }) => cells[i]?.trim() ?? "").filter((cell) => !isMissing(cell));
    const numbers = below.filter(isNumber).length;
    const isName = !isNumber(name) && !isMissing(name.trim());
    if (isName && numbers > 0 && numbers >= below.length / 2) isAboveNumbers = true;
    if (numbers > 0 && isNumber(name)) hasNumbers = true;
    if (below.includes(name.trim())) isBelow = true;
  }
  return isAboveNumbers || (!hasNumbers && !isBelow);
}
