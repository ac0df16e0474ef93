import { DataError } from "../../data-set.ts";
import { isMissing, numberOf, quoted } from "./cell.ts";

/** Where more than this part of a column's values are numbers, the others are mistakes. */
const mostlyNumbers = 0.9;
/** More different values make a column text. */
export const maxCategories = 1_000;
/** As many different values are categories however few rows there are. */
const fewCategories = 20;
/** A longer value makes a column text. */
const maxCategoryCharacters = 100;

export type ColumnKind = "number" | "category" | "text";

/** What the cells of a column are, counted one after the other. */
export class ColumnCensus {
  readonly name: string;
  readonly #hasCommas: boolean;
  #numbers = 0;
  #others = 0;
  #longest = 0;
  /** The first cell that is no number, and the first with a decimal point and with a comma. */
  #firstOther: Place | null = null;
  #firstPoint: Place | null = null;
  #firstComma: Place | null = null;
  /** Different values; null: more than categories may be. */
  #values: Set<string> | null = new Set();

  constructor(name: string, hasCommas: boolean) {
    this.name = name;
    this.#hasCommas = hasCommas;
  }

  /** @param cell without spaces around it; place: "file: row 7", for errors */
  add(cell: string, path: string, row: number): void {
    if (isMissing(cell)) return;
    if (Number.isNaN(numberOf(cell, this.#hasCommas))) {
      this.#others += 1;
      this.#firstOther ??= { path, row, cell };
    } else {
      this.#numbers += 1;
      if (this.#hasCommas) this.#note(cell, path, row);
    }
    if (this.#values === null) return;
    this.#longest = Math.max(this.#longest, cell.length);
    this.#values.add(cell);
    if (this.#values.size > maxCategories) this.#values = null;
  }

  /**
   * Numbers where all that is there are numbers; categories where few values come again and again; else text.
   * @throws {DataError} with the place if a few of the values are of another kind than the others
   */
  kind(): ColumnKind {
    const present = this.#numbers + this.#others;
    if (this.#firstPoint !== null && this.#firstComma !== null) {
      const [first, second] = [this.#firstPoint, this.#firstComma];
      const later = first.row < second.row ? second : first;
      throw new DataError(
        `${placeOf(later, this.name)}: expected one kind of decimal mark, got ${quoted(first.cell)} and ${quoted(second.cell)}`,
      );
    }
    if (this.#firstOther === null) return "number";
    if (this.#numbers >= mostlyNumbers * present)
      throw new DataError(
        `${placeOf(this.#firstOther, this.name)}: expected a number like the ${this.#numbers} others, got ${quoted(this.#firstOther.cell)}`,
      );
    return areCategories(this.#values?.size ?? Number.POSITIVE_INFINITY, present, this.#longest) ? "category" : "text";
  }

  /** The values of a column of categories, sorted. */
  categories(): readonly string[] {
    return [...(this.#values ?? [])].sort(byNumberOrText);
  }

  #note(cell: string, path: string, row: number): void {
    if (cell.includes(",")) this.#firstComma ??= { path, row, cell };
    else if (cell.includes(".")) this.#firstPoint ??= { path, row, cell };
  }
}

/** Whether so many different values among those that are present, the longest of so many characters, are categories, and not text. */
export function areCategories(distinct: number, present: number, longest: number): boolean {
  const isRepeated = distinct <= fewCategories || (distinct <= maxCategories && distinct <= present / 2);
  return isRepeated && longest <= maxCategoryCharacters;
}

interface Place {
  readonly path: string;
  readonly row: number;
  readonly cell: string;
}

function placeOf({ path, row }: Place, name: string): string {
  return `${path}: row ${row}, column ${name}`;
}

/** The order of categories: numbers by value, before texts by their UTF-16 units. */
export function byNumberOrText(a: string, b: string): number {
  const [x, y] = [numberOf(a, false), numberOf(b, false)];
  if (Number.isNaN(x) && Number.isNaN(y)) return a < b ? -1 : a > b ? 1 : 0;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  return x - y || (a < b ? -1 : a > b ? 1 : 0);
}
