import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from "hyparquet/src/index.js";
import { compressors, decompressZstd } from "hyparquet-compressors";
import { DataError } from "../../data-set.ts";
import { bytesOf, type Content } from "../../files/content.ts";
import { partsOf } from "../../files/parts.ts";
import { maxUnpackedBytes } from "../../files/pieces.ts";
import type { Column, FoundTable } from "../../found-data.ts";
import type { FoundParts, ReadOptions } from "../format.ts";
import { categoriesOf } from "../tables/categories-of.ts";
import { quoted } from "../tables/cell.ts";
import { maxCells, maxColumns, maxNameCharacters } from "../tables/table-limits.ts";
import { checkPages } from "./check-parquet.ts";

/** Each writes no more than the bytes that it is told to. */
const unpackers: Compressors = { ...compressors, ZSTD: (input, bytes) => decompressZstd(input, new Uint8Array(bytes)) };
const dayMs = 86_400_000;
/** A file packed whole is unpacked into memory, as Parquet is read from its end. */
const maxPackedBytes = 512 * 2 ** 20;

type Kind = "number" | "flag" | "text";

interface Sheet {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[];
}

/** Reads Parquet with flat columns; the rows of several files of one part follow each other. Dates are days since 1970. */
export async function readParquet(files: readonly Content[], { signal }: ReadOptions = {}): Promise<FoundParts> {
  const { train, test, leftOut } = partsOf(files);
  const sheets = new Map<Content, Sheet>();
  for (const content of [...train, ...test]) sheets.set(content, await guarded(content.path, () => openSheet(content)));
  const [first, ...others] = [...sheets.values()];
  for (const other of others) sameColumns(other, first!);
  const of = (contents: readonly Content[]): readonly Sheet[] => contents.map((content) => sheets.get(content)!);
  const cells = { train: await readCells(of(train), signal), test: test.length === 0 ? null : await readCells(of(test), signal) };
  const tables = tablesOf(first!, [cells.train, ...(cells.test === null ? [] : [cells.test])]);
  return { train: tables[0]!, test: tables[1] ?? null, leftOut: leftOut.map(({ path }) => path) };
}

async function openSheet(content: Content): Promise<Sheet> {
  const { path } = content;
  const file = await bufferOf(content);
  const metadata = await parquetMetadataAsync(file);
  const tree = parquetSchema(metadata);
  const columns = tree.children
    .filter(({ element }) => !/^__index_level_\d+__$/.test(element.name))
    .map((child) => columnOf(path, child));
  const again = columns.find(({ name }, i) => columns.findIndex((column) => column.name === name) < i);
  if (again !== undefined)
    throw new DataError(`${path}: column ${again.name}: expected a different name for each column, got it twice`);
  const rows = Number(metadata.num_rows);
  const unpacked = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
  if (columns.length === 0 || columns.length > maxColumns)
    throw new DataError(`${path}: expected 1 to ${maxColumns} columns, got ${columns.length}`);
  if (!(rows >= 1 && rows * columns.length <= maxCells))
    throw new DataError(`${path}: expected 1 to ${maxCells} cells, got ${rows} rows of ${columns.length}`);
  if (!(unpacked <= maxUnpackedBytes))
    throw new DataError(`${path}: expected at most ${maxUnpackedBytes} bytes unpacked, got ${unpacked}`);
  return { path, file, metadata, rows, columns };
}

async function bufferOf(content: Content): Promise<AsyncBuffer> {
  if (content.file === null) {
    const bytes = await bytesOf(content, maxPackedBytes);
    return { byteLength: bytes.length, slice: (start, end) => bytes.slice(start, end).buffer };
  }
  const { size, read } = content.file;
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = await read(start, end);
      return bytes.buffer.byteLength === bytes.length ? (bytes.buffer as ArrayBuffer) : bytes.slice().buffer;
    },
  };
}

function columnOf(path: string, { element, children }: SchemaTree): { readonly name: string; readonly kind: Kind } {
  const { name, type, repetition_type: repetition } = element;
  if (name === "" || name.length > maxNameCharacters || /\p{C}/u.test(name))
    throw new DataError(
      `${path}: expected names of columns of 1 to ${maxNameCharacters} characters that are seen, got ${quoted(name)}`,
    );
  if (children.length > 0 || repetition === "REPEATED" || type === undefined)
    throw new DataError(`${path}: column ${name}: expected a flat column, with one value a row, got a nested one`);
  if (type === "BOOLEAN") return { name, kind: "flag" };
  const isDecimal = element.converted_type === "DECIMAL" || element.logical_type?.type === "DECIMAL";
  const isText =
    !isDecimal && (type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY") && element.logical_type?.type !== "FLOAT16";
  return { name, kind: isText ? "text" : "number" };
}

function sameColumns({ path, columns }: Sheet, first: Sheet): void {
  const other = first.columns.findIndex(({ name, kind }, i) => columns[i]?.name !== name || columns[i].kind !== kind);
  if (other >= 0 || columns.length !== first.columns.length)
    throw new DataError(
      `${path}: expected the columns of ${first.path} (${first.columns
        .map(({ name }) => name)
        .slice(0, 12)
        .join(", ")}), got others`,
    );
}

type Values = Float64Array | (string | null)[];

/** The values of each column, rows of all sheets one after the other. */
async function readCells(sheets: readonly Sheet[], signal?: AbortSignal): Promise<readonly Values[]> {
  const rows = sheets.reduce((sum, sheet) => sum + sheet.rows, 0);
  const { columns } = sheets[0]!;
  if (rows * columns.length > maxCells)
    throw new DataError(`${sheets[0]!.path}: expected at most ${maxCells} cells, got ${rows} rows of ${columns.length}`);
  const stores = columns.map(
    ({ kind }): Values => (kind === "number" ? new Float64Array(rows).fill(Number.NaN) : Array(rows).fill(null)),
  );
  let before = 0;
  for (const sheet of sheets) {
    const { path, file, metadata, rows: own } = sheet;
    for (const [i, { name, kind }] of columns.entries()) {
      signal?.throwIfAborted();
      let problem: DataError | null = null;
      const onChunk = ({
        columnData,
        rowStart,
      }: {
        readonly columnData: ArrayLike<unknown>;
        readonly rowStart: number;
      }): void => {
        for (let at = 0; at < columnData.length && rowStart + at < own && problem === null; at += 1) {
          const value = cellOf(columnData[at], kind);
          if (value === undefined)
            problem = new DataError(
              `${path}: row ${rowStart + at + 1}, column ${name}: expected ${words[kind]}, got ${shown(columnData[at])}`,
            );
          else stores[i]![before + rowStart + at] = value as never;
        }
      };
      await guarded(path, () => checkColumn(sheet, name));
      await guarded(path, () => parquetRead({ file, metadata, columns: [name], compressors: unpackers, onChunk }));
      if (problem !== null) throw problem;
    }
    before += own;
  }
  return stores;
}

/** @throws {RangeError} (as a rejection) if a page claims more than its row group has */
async function checkColumn({ file, metadata, rows }: Sheet, name: string): Promise<void> {
  const isOptional = metadata.schema.find((element) => element.name === name)?.repetition_type !== "REQUIRED";
  for (const group of metadata.row_groups) {
    const meta = group.columns.find((column) => column.meta_data?.path_in_schema[0] === name)?.meta_data;
    const own = Number(group.num_rows);
    if (meta === undefined || !(own >= 0 && own <= rows))
      throw new RangeError(`expected column ${name} in each of the row groups`);
    const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
    const end = start + Number(meta.total_compressed_size);
    if (!(start >= 0 && start <= end && end <= file.byteLength)) throw new RangeError("expected a column within the file");
    const bytes = new Uint8Array(await file.slice(start, end));
    checkPages(bytes, { meta, compressors: unpackers, rows: own, isOptional });
  }
}

const words: Readonly<Record<Kind, string>> = { number: "a finite number or a date", flag: "true or false", text: "text" };

/** @returns NaN or null: missing; undefined: not of this kind */
function cellOf(value: unknown, kind: Kind): number | string | null | undefined {
  const isMissing = value === null || value === undefined;
  switch (kind) {
    case "number": {
      if (isMissing) return Number.NaN;
      if (value instanceof Date) return value.getTime() / dayMs;
      const number = typeof value === "bigint" ? Number(value) : value;
      return typeof number === "number" && (Number.isFinite(number) || Number.isNaN(number)) ? number : undefined;
    }
    case "flag":
      return isMissing ? null : typeof value === "boolean" ? `${value}` : undefined;
    case "text":
      return isMissing ? null : typeof value === "string" ? value : undefined;
  }
}

function shown(value: unknown): string {
  return typeof value === "number" ? `${value}` : value instanceof Uint8Array ? "bytes" : typeof value;
}

function tablesOf({ columns }: Sheet, parts: readonly (readonly Values[])[]): readonly FoundTable[] {
  const made = columns.map(({ name }, i) => {
    const values = parts.map((part) => part[i]!);
    return columnsOf(name, values);
  });
  return parts.map((part, p) => ({
    kind: "table",
    rows: part[0]!.length,
    columns: made.map((column) => column[p]!),
    label: null,
  }));
}

/** A column of each part, of one kind. */
function columnsOf(name: string, parts: readonly Values[]): readonly Column[] {
  const texts = parts.filter((values) => !(values instanceof Float64Array)) as readonly (string | null)[][];
  if (texts.length === 0) return (parts as readonly Float64Array[]).map((values) => ({ kind: "number", name, values }));
  const categories = categoriesOf(texts);
  if (categories === null) return texts.map((values) => ({ kind: "text", name, values: values.map((value) => value ?? "") }));
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  return texts.map((values) => ({
    kind: "category",
    name,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : codeOf.get(value)!)),
    categories,
  }));
}

/** Whatever the package throws for a broken file becomes one sentence. */
async function guarded<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`${path}: expected a whole Parquet file, got one that does not decode`, { cause });
  }
}
