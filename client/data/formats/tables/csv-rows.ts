/// <reference path="./papaparse.d.ts" />
import Papa from "papaparse";
import { DataError } from "../../data-set.ts";
import type { Content } from "../../files/content.ts";
import { utf8Of } from "../../files/utf8.ts";
import type { Dialect } from "./csv-dialect.ts";

/** A row that is longer has a quote that is never closed. */
const maxRowCharacters = 2 ** 20;
/** Characters that are split into rows at once. */
const sliceCharacters = 2 ** 18;

export interface CsvRow {
  /** As a spreadsheet counts: from 1, the header and blank rows too. */
  readonly number: number;
  /** Without the quotes. */
  readonly cells: string[];
}

/**
 * The rows of a table in text (RFC 4180, and what programs make of it), a piece at a time; blank ones are left out.
 * @throws {DataError} (as a rejection) with the row if a quote is not closed or the text is not UTF-8
 */
export async function* csvRows(content: Content, { delimiter, newline }: Dialect): AsyncGenerator<readonly CsvRow[]> {
  const parser = new Papa.Parser({ delimiter, newline });
  let number = 0;
  let rest = "";
  const rowsOf = (text: string, isLast: boolean): readonly CsvRow[] => {
    const { data, errors, meta } = parser.parse(text, 0, !isLast);
    const fault = errors.find(({ row }) => row < data.length);
    if (fault !== undefined)
      throw new DataError(
        `${content.path}: row ${number + fault.row + 1}: expected a quote that is closed before the next separator, got ${fault.code === "MissingQuotes" ? "the end of the file" : "more characters after it"}`,
      );
    rest = isLast ? "" : text.slice(meta.cursor);
    if (rest.length > maxRowCharacters)
      throw new DataError(
        `${content.path}: row ${number + data.length + 1}: expected at most ${maxRowCharacters} characters, got more: is a quote not closed?`,
      );
    const rows: CsvRow[] = [];
    for (const cells of data) {
      number += 1;
      const last = cells.length - 1;
      if (cells[last]!.endsWith("\r")) cells[last] = cells[last]!.slice(0, -1);
      if (last > 0 || cells[0]!.trim() !== "") rows.push({ number, cells });
    }
    return rows;
  };
  for await (const piece of utf8Of(content)) {
    for (let at = 0; at < piece.length; at += sliceCharacters) {
      const rows = rowsOf(rest + piece.slice(at, at + sliceCharacters), false);
      if (rows.length > 0) yield rows;
    }
  }
  if (rest !== "") yield rowsOf(rest, true);
}
