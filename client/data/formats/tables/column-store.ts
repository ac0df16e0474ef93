import type { Column } from "../../found-data.ts";
import { isMissing, numberOf } from "./cell.ts";
import type { ColumnKind } from "./column-census.ts";

/** How a column of a whole table is stored. */
export interface ColumnPlan {
  readonly name: string;
  readonly kind: ColumnKind;
  /** None but of a column of categories. */
  readonly categories: readonly string[];
}

/** A column that is filled cell by cell. */
export interface ColumnStore {
  readonly column: Column;
  /** @param cell without spaces around it. @returns what was expected instead; null: the cell was stored */
  set(row: number, cell: string): string | null;
}

/** A column of so many rows. @param hasCommas whether numbers may have a decimal comma */
export function columnStore({ name, kind, categories }: ColumnPlan, rows: number, hasCommas: boolean): ColumnStore {
  switch (kind) {
    case "number": {
      const values = new Float64Array(rows);
      const set = (row: number, cell: string): null => {
        values[row] = isMissing(cell) ? Number.NaN : numberOf(cell, hasCommas);
        return null;
      };
      return { column: { kind, name, values }, set };
    }
    case "category": {
      const codes = new Int32Array(rows);
      const codeOf = new Map(categories.map((category, code) => [category, code]));
      const set = (row: number, cell: string): null => {
        codes[row] = isMissing(cell) ? -1 : (codeOf.get(cell) ?? -1);
        return null;
      };
      return { column: { kind, name, codes, categories }, set };
    }
    case "text": {
      const values = Array.from({ length: rows }, () => "");
      const set = (row: number, cell: string): null => {
        values[row] = isMissing(cell) ? "" : cell;
        return null;
      };
      return { column: { kind, name, values }, set };
    }
  }
}

/** A column of the numbers, from 0, of named classes. */
export function classStore(name: string, classes: readonly string[], rows: number): ColumnStore {
  const codes = new Int32Array(rows);
  const set = (row: number, cell: string): string | null => {
    const code = numberOf(cell, false);
    codes[row] = code;
    const isClass = Number.isInteger(code) && code >= 0 && code < classes.length;
    return isClass ? null : `expected the number of a class, from 0 to ${classes.length - 1}`;
  };
  return { column: { kind: "category", name, codes, categories: classes }, set };
}
