import { DataError } from "../../data/data-set.ts";
import type { FoundData } from "../../data/found-data.ts";
import type { DataSchema, TableSchema } from "../../data/schema/schema.ts";
import type { FeatureRows } from "../samples/table-samples.ts";
import { requireTable } from "./targets.ts";

/** Features that a table makes: one of a column of numbers, one of each category; a column of texts makes none. */
export function featureWidth({ columns }: TableSchema): number {
  return columns.reduce((width, { categories, isText }) => width + (isText === true ? 0 : (categories?.length ?? 1)), 0);
}

/**
 * The features of a table that fits the schema: numbers as they are, categories as indicators. A missing number is NaN; a missing
 * category has no indicator.
 * @throws {DataError} if no column makes any
 */
export function featuresOf(found: FoundData, schema: DataSchema): Omit<FeatureRows, "targets"> {
  const table = requireTable(schema);
  const width = featureWidth(table);
  if (width === 0 || found.kind !== "table")
    throw new DataError("task: expected a column of numbers or categories beside the label, got none");
  const features = new Float32Array(found.rows * width);
  const isNumber: boolean[] = [];
  for (const column of found.columns.slice(0, -1)) {
    const first = isNumber.length;
    if (column.kind === "number") {
      isNumber.push(true);
      for (let row = 0; row < found.rows; row += 1) features[row * width + first] = column.values[row]!;
    } else if (column.kind === "category") {
      for (const _ of column.categories) isNumber.push(false);
      for (let row = 0; row < found.rows; row += 1) {
        const code = column.codes[row]!;
        if (code >= 0) features[row * width + first + code] = 1;
      }
    }
  }
  return { features, width, isNumber };
}
