import { inputFileOfBytes } from "../../../../client/data/files/input-file.ts";
import type { Column, FoundFiles, FoundTable } from "../../../../client/data/found-data.ts";
import { type ReadFilesOptions, readFiles } from "../../../../client/data/read-files.ts";

/** What files of these texts, by their names, hold. */
export function readTexts(texts: Readonly<Record<string, string | Uint8Array>>, options?: ReadFilesOptions): Promise<FoundFiles> {
  const files = Object.entries(texts).map(([path, text]) =>
    inputFileOfBytes(path, typeof text === "string" ? new TextEncoder().encode(text) : text),
  );
  return readFiles(files, options);
}

/** The rows of the table in one file, cell by cell; null: missing. */
export async function tableIn(
  text: string,
  options?: ReadFilesOptions,
): Promise<Record<string, readonly (string | number | null)[]>> {
  const { format, train } = await readTexts({ "a.csv": text }, options);
  if (format !== "csv" || train.kind !== "table") throw new Error(`expected a table, got ${format}`);
  return cellsOf(train);
}

export function cellsOf({ columns }: FoundTable): Record<string, readonly (string | number | null)[]> {
  return Object.fromEntries(columns.map((column) => [column.name, cellsOfColumn(column)]));
}

function cellsOfColumn(column: Column): readonly (string | number | null)[] {
  switch (column.kind) {
    case "number":
      return [...column.values].map((value) => (Number.isNaN(value) ? null : value));
    case "category":
      return [...column.codes].map((code) => column.categories[code] ?? null);
    case "text":
      return column.values;
  }
}
