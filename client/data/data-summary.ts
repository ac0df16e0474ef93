import { DataError } from "./data-set.ts";
import { type DealingKeys, labelKeys, missingOf, sampleCount } from "./dealing-keys.ts";
import type { Column, FoundData, FoundFiles } from "./found-data.ts";
import { histogram } from "./partition.ts";
import type { DataSchema } from "./schema/schema.ts";
import { schemaOf } from "./schema/schema-of.ts";

const bins = 10;

/** What files hold, in numbers, for a person who looks before training. */
export interface DataSummary {
  readonly format: string;
  readonly train: PartSummary;
  readonly test: PartSummary | null;
  /** The column that is learned; null: these are no tables, or none can be. */
  readonly label: string | null;
  /** Why nothing can be learned of them, naming the place; null: something can. */
  readonly problem: string | null;
  readonly leftOut: readonly string[];
}

export interface PartSummary {
  readonly kind: FoundData["kind"];
  /** Images or rows, or a text's characters. */
  readonly size: number;
  /** "28×28, 1 channel", "5 columns", "65 different characters". */
  readonly shape: string;
  /** Samples of each class, or of each tenth of the range of a label of numbers; null: there is no label. */
  readonly classes: readonly ClassCount[] | null;
  /** None but of a table. */
  readonly columns: readonly ColumnSummary[];
}

interface ClassCount {
  readonly name: string;
  readonly samples: number;
}

export interface ColumnSummary {
  readonly name: string;
  readonly kind: Column["kind"];
  readonly missing: number;
  /** Least, mean and greatest of numbers; null: no numbers. */
  readonly range: readonly [number, number, number] | null;
  /** Different values; null: numbers. */
  readonly different: number | null;
}

/** @param label the column to learn; null: the one that the format marks, or one with a usual name, or the last */
export function summaryOf({ format, train, test, leftOut }: FoundFiles, label: string | null): DataSummary {
  let schema: DataSchema | null = null;
  let problem: string | null = null;
  try {
    schema = schemaOf(train, { label });
    for (const part of [train, test]) if (part !== null && part.kind !== "text") labelKeys(part, labelOf(schema));
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    problem = cause.message;
  }
  const named = labelOf(schema);
  return {
    format,
    train: partSummary(train, named),
    test: test === null ? null : partSummary(test, named),
    ...{ label: named, problem, leftOut },
  };
}

function labelOf(schema: DataSchema | null): string | null {
  return schema?.kind === "table" ? schema.label.name : null;
}

function partSummary(found: FoundData, label: string | null): PartSummary {
  const { kind } = found;
  if (found.kind === "text") {
    const characters = new Set(found.text).size;
    return { kind, size: found.text.length, shape: `${characters} different characters`, classes: null, columns: [] };
  }
  const size = sampleCount(found)!;
  const classes = classCounts(found, label);
  if (found.kind === "images") {
    const shape = `${found.height}×${found.width}, ${found.channels} channel${found.channels === 1 ? "" : "s"}`;
    return { kind, size, shape, classes, columns: [] };
  }
  return { kind, size, shape: `${found.columns.length} columns`, classes, columns: found.columns.map(columnSummary) };
}

function classCounts(found: Exclude<FoundData, { readonly kind: "text" }>, label: string | null): readonly ClassCount[] | null {
  try {
    const { keys, names } = labelBins(found, label);
    const [counts] = histogram([Uint32Array.from(keys, (_, i) => i)], keys, names.length);
    return names.map((name, i) => ({ name, samples: counts![i]! }));
  } catch (cause) {
    if (cause instanceof DataError) return null;
    throw cause;
  }
}

/** The classes; of a label of numbers ten equal parts of its range. */
function labelBins(found: Exclude<FoundData, { readonly kind: "text" }>, label: string | null): DealingKeys {
  const dealt = labelKeys(found, label);
  const column = found.kind === "table" ? found.columns.find(({ name }) => name === label) : undefined;
  if (column?.kind !== "number" || !dealt.isRanked) return dealt;
  const [least, , greatest] = columnSummary(column).range!;
  const width = (greatest - least) / bins;
  const at = (bin: number): string => String(Number((least + bin * width).toPrecision(4)));
  return {
    keys: Int32Array.from(column.values, (value) => Math.min(bins - 1, Math.floor((value - least) / width))),
    names: Array.from({ length: bins }, (_, bin) => `${at(bin)} to ${at(bin + 1)}`),
    isRanked: true,
  };
}

function columnSummary(column: Column): ColumnSummary {
  const { name, kind } = column;
  const missing = missingOf(column).count;
  if (column.kind === "category") return { name, kind, missing, range: null, different: column.categories.length };
  if (column.kind === "text") return { name, kind, missing, range: null, different: new Set(column.values).size };
  let [least, greatest, mean] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  const present = column.values.length - missing;
  for (const value of column.values) {
    if (Number.isNaN(value)) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    mean += value / present;
  }
  return { name, kind, missing, range: present === 0 ? null : [least, mean, greatest], different: null };
}
