import { DataError } from "../../data-set.ts";
import type { Content } from "../../files/content.ts";
import { partsOf } from "../../files/parts.ts";
import type { Column, FoundTable } from "../../found-data.ts";
import type { FoundParts, ReadOptions } from "../format.ts";
import { quoted } from "./cell.ts";
import { ColumnCensus } from "./column-census.ts";
import { type ColumnPlan, classStore, columnStore } from "./column-store.ts";
import { type Dialect, dialectOf } from "./csv-dialect.ts";
import { type Heading, headingOf } from "./csv-heading.ts";
import { type CsvRow, csvRows } from "./csv-rows.ts";
import { maxCells, maxColumns } from "./table-limits.ts";

/** Rows by which a header is told. */
const headRows = 1_000;

/** A file with what its first row says. */
interface Sheet {
  readonly content: Content;
  readonly dialect: Dialect;
  readonly heading: Heading;
}

/**
 * Reads tables in text. A first pass counts the rows and tells the kinds of the columns, over all files alike; a second fills them.
 * The rows of several files of one part follow each other.
 */
export async function readCsv(files: readonly Content[], { header }: ReadOptions = {}): Promise<FoundParts> {
  const { train, test, leftOut } = partsOf(files);
  const sheets = new Map<Content, Sheet>();
  for (const content of [...train, ...test]) sheets.set(content, await openSheet(content, header));
  const [first, ...others] = [...sheets.values()];
  for (const other of others) sameColumns(other, first!);
  const hasCommas = [...sheets.values()].some(({ dialect }) => dialect.delimiter !== ",");
  const census = first!.heading.names.map((name) => new ColumnCensus(name, hasCommas));
  const rows = new Map<Sheet, number>();
  for (const sheet of sheets.values()) rows.set(sheet, await count(sheet, census, first!.heading.names.length));
  const { counts } = first!.heading;
  const plans = census.map((column): ColumnPlan => {
    const kind = column.kind();
    return { name: column.name, kind, categories: kind === "category" ? column.categories() : [] };
  });
  const fill = async (contents: readonly Content[]): Promise<FoundTable> => {
    const part = contents.map((content) => sheets.get(content)!);
    const total = part.reduce((sum, sheet) => sum + rows.get(sheet)!, 0);
    const columns = await fillColumns(part, plans, { hasCommas, total });
    return { kind: "table", rows: total, columns, label: counts === null ? null : first!.heading.names.at(-1)! };
  };
  return {
    train: await fill(train),
    test: test.length === 0 ? null : await fill(test),
    leftOut: leftOut.map(({ path }) => path),
  };
}

async function openSheet(content: Content, header: boolean | undefined): Promise<Sheet> {
  const dialect = dialectOf(content.head)!;
  const rows: CsvRow[] = [];
  for await (const some of csvRows(content, dialect)) {
    rows.push(...some);
    if (rows.length >= headRows) break;
  }
  if (rows.length === 0) throw new DataError(`${content.path}: expected rows, got none`);
  const hasCommas = dialect.delimiter !== ",";
  return { content, dialect, heading: headingOf(content.path, rows.slice(0, headRows), { hasCommas, header }) };
}

function sameColumns({ content, heading }: Sheet, first: Sheet): void {
  const [mine, names] = [heading.names, first.heading.names];
  if (mine.length !== names.length)
    throw new DataError(`${content.path}: expected the ${names.length} columns of ${first.content.path}, got ${mine.length}`);
  const other = names.findIndex((name, i) => mine[i] !== name);
  if (other >= 0)
    throw new DataError(
      `${content.path}: column ${other + 1}: expected the name ${quoted(names[other]!)} as in ${first.content.path}, got ${quoted(mine[other]!)}`,
    );
}

/** The samples of a sheet, row by row. @throws {DataError} if a row has another number of cells */
async function* samplesOf({ content, dialect, heading }: Sheet): AsyncGenerator<CsvRow> {
  const { names } = heading;
  let toSkip = heading.skipped;
  for await (const rows of csvRows(content, dialect)) {
    for (const row of rows) {
      if (toSkip > 0) {
        toSkip -= 1;
        continue;
      }
      if (row.cells.length !== names.length)
        throw new DataError(`${content.path}: row ${row.number}: expected ${names.length} cells, got ${row.cells.length}`);
      yield row;
    }
  }
}

/** @returns the number of samples */
async function count(sheet: Sheet, census: readonly ColumnCensus[], width: number): Promise<number> {
  const { path } = sheet.content;
  if (width > maxColumns) throw new DataError(`${path}: expected at most ${maxColumns} columns, got ${width}`);
  let rows = 0;
  for await (const { cells, number } of samplesOf(sheet)) {
    rows += 1;
    if (rows * width > maxCells) throw new DataError(`${path}: row ${number}: expected at most ${maxCells} cells, got more`);
    for (let i = 0; i < width; i += 1) census[i]!.add(cells[i]!.trim(), path, number);
  }
  const { counts } = sheet.heading;
  if (rows === 0) throw new DataError(`${path}: expected rows below the header, got none`);
  if (counts !== null && counts.rows !== rows)
    throw new DataError(`${path}: row 1: expected the number of rows, ${rows}, got ${counts.rows}: is the file whole?`);
  return rows;
}

interface FillOptions {
  readonly hasCommas: boolean;
  /** Rows of all sheets together. */
  readonly total: number;
}

async function fillColumns(
  sheets: readonly Sheet[],
  plans: readonly ColumnPlan[],
  options: FillOptions,
): Promise<readonly Column[]> {
  const { hasCommas, total } = options;
  const counts = sheets[0]!.heading.counts;
  const stores = plans.map((plan, i) =>
    counts !== null && i === plans.length - 1
      ? classStore(plan.name, counts.classes, total)
      : columnStore(plan, total, hasCommas),
  );
  let row = 0;
  for (const sheet of sheets) {
    for await (const { cells, number } of samplesOf(sheet)) {
      if (row === total) throw new DataError(`${sheet.content.path}: expected ${total} rows, got more: it has changed meanwhile`);
      for (let i = 0; i < stores.length; i += 1) {
        const problem = stores[i]!.set(row, cells[i]!.trim());
        if (problem !== null)
          throw new DataError(
            `${sheet.content.path}: row ${number}, column ${plans[i]!.name}: ${problem}, got ${quoted(cells[i]!)}`,
          );
      }
      row += 1;
    }
  }
  return stores.map(({ column }) => column);
}
