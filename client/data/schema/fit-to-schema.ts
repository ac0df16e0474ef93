import { DataError } from "../data-set.ts";
import type { Column, FoundData, FoundImages, FoundTable } from "../found-data.ts";
import type { DataSchema, ImageSchema, TableSchema, TextSchema } from "./schema.ts";
import { listed } from "./schema-of.ts";

export interface FitOptions {
  /** Whether labels must be there. If not, they are left out: class −1 and the number NaN stand for them. */
  readonly hasLabels?: boolean;
  /** The owner of the schema, as refusals name it. */
  readonly owner?: "room" | "model";
}

type Fit = Required<FitOptions>;

/**
 * A person's data in the schema's own order of columns, categories and classes; the label of a table is its last column. Copied only
 * where the order differs.
 * @throws {DataError} by column and row, where they do not fit
 */
export function fitToSchema(found: FoundData, schema: DataSchema, options: FitOptions = {}): FoundData {
  const fit: Fit = { hasLabels: true, owner: "room", ...options };
  if (found.kind !== schema.kind)
    throw new DataError(`expected data of the kind ${schema.kind}, as the ${fit.owner} has, got ${found.kind}`);
  if (found.kind === "images") return fitImages(found, schema as ImageSchema, fit);
  if (found.kind === "table")
    return fitTable(fit.hasLabels ? found : withoutLabels(found, schema as TableSchema), schema as TableSchema, fit);
  requireCharacters(found.text, schema as TextSchema, fit);
  return found;
}

function fitImages(found: FoundImages, schema: ImageSchema, { hasLabels, owner }: Fit): FoundImages {
  const sides = ({ height, width, channels }: Pick<ImageSchema, "height" | "width" | "channels">): string =>
    `${height}×${width} in ${channels === 1 ? "1 channel" : `${channels} channels`}`;
  if (sides(found) !== sides(schema))
    throw new DataError(`expected images of ${sides(schema)}, as the ${owner} has, got ${sides(found)}`);
  if (!hasLabels) {
    const count = found.pixels.length / (found.height * found.width * found.channels);
    return { ...found, labels: new Int32Array(count).fill(-1), classes: schema.classes };
  }
  if (found.labels === null) throw new DataError("images: expected labels, got none");
  const own = { codes: found.labels, categories: found.classes };
  const labels = codesIn(schema.classes, { ...own, where: "image", what: "class", owner });
  return { ...found, labels, classes: schema.classes };
}

/** The table with a label of which nothing is known. */
function withoutLabels(found: FoundTable, { label: { name, classes } }: TableSchema): FoundTable {
  const label: Column =
    classes === undefined
      ? { kind: "number", name, values: new Float64Array(found.rows).fill(Number.NaN) }
      : { kind: "category", name, codes: new Int32Array(found.rows).fill(-1), categories: classes };
  return { ...found, columns: [...found.columns.filter((column) => column.name !== name), label] };
}

function fitTable(found: FoundTable, { columns, label }: TableSchema, { hasLabels, owner }: Fit): FoundTable {
  const wanted = [...columns, { name: label.name, ...(label.classes === undefined ? {} : { categories: label.classes }) }];
  for (const { name } of found.columns) {
    if (!wanted.some((column) => column.name === name))
      throw new DataError(`column ${name}: expected one of the ${owner}'s columns (${listed(wanted.map((one) => one.name))})`);
  }
  const fitted = wanted.map((column) => {
    const own = found.columns.find(({ name }) => name === column.name);
    if (own === undefined)
      throw new DataError(
        `expected a column named ${column.name}, as the ${owner} has, got ${listed(found.columns.map(({ name }) => name))}`,
      );
    return fitColumn(own, column, owner);
  });
  if (hasLabels) requireLabels(fitted.at(-1)!);
  return { kind: "table", rows: found.rows, columns: fitted, label: label.name };
}

function fitColumn(own: Column, wanted: TableSchema["columns"][number], owner: Fit["owner"]): Column {
  const { name } = own;
  if (wanted.isText === true) return { kind: "text", name, values: textsOf(own) };
  if (wanted.categories === undefined) {
    if (own.kind === "number") return own;
    const values = textsOf(own);
    const row = values.findIndex((value) => value !== "");
    throw new DataError(`column ${name}, row ${row + 1}: expected a number, got ${values[row] ?? "nothing"}`);
  }
  const { codes, categories } = own.kind === "category" ? own : coded(textsOf(own));
  const fitted = codesIn(wanted.categories, { codes, categories, where: `column ${name}, row`, what: "value", owner });
  return { kind: "category", name, codes: fitted, categories: wanted.categories };
}

/** Values as texts; a missing one is empty. */
function textsOf(column: Column): readonly string[] {
  if (column.kind === "text") return column.values;
  if (column.kind === "number") return Array.from(column.values, (value) => (Number.isNaN(value) ? "" : String(value)));
  return Array.from(column.codes, (code) => column.categories[code] ?? "");
}

function coded(values: readonly string[]): { readonly codes: Int32Array; readonly categories: readonly string[] } {
  const numbers = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === "") return -1;
    const code = numbers.get(value) ?? numbers.size;
    numbers.set(value, code);
    return code;
  });
  return { codes, categories: [...numbers.keys()] };
}

interface Coded {
  readonly codes: Int32Array;
  readonly categories: readonly string[];
  /** What a place is called, before its number from 1. */
  readonly where: string;
  readonly what: string;
  readonly owner: Fit["owner"];
}

/** Codes by the categories wanted. */
function codesIn(wanted: readonly string[], { codes, categories, where, what, owner }: Coded): Int32Array {
  if (wanted.length === categories.length && wanted.every((name, i) => name === categories[i])) return codes;
  const places = new Map(wanted.map((name, i) => [name, i]));
  return codes.map((code, i) => {
    if (code < 0) return -1;
    const place = places.get(categories[code]!);
    if (place !== undefined) return place;
    throw new DataError(
      `${where} ${i + 1}: expected a ${what} that the ${owner} has (${listed(wanted)}), got ${categories[code]}`,
    );
  });
}

function requireLabels(label: Column): void {
  const missing =
    label.kind === "category" ? label.codes.indexOf(-1) : label.kind === "number" ? label.values.findIndex(Number.isNaN) : -1;
  if (missing >= 0) throw new DataError(`column ${label.name}, row ${missing + 1}: expected a label, got nothing`);
}

function requireCharacters(text: string, { tokenizer, vocabulary = "" }: TextSchema, { owner }: Fit): void {
  if (tokenizer !== "characters") return;
  const known = new Set(vocabulary);
  let at = 0;
  for (const character of text) {
    at += 1;
    if (!known.has(character))
      throw new DataError(
        `character ${at}: expected one of the ${known.size} that the ${owner}'s texts have, got ${JSON.stringify(character)}`,
      );
  }
}
