import { DataError } from "../../data/data-set.ts";
import type { Column, FoundData } from "../../data/found-data.ts";
import type { DataSchema, TableSchema } from "../../data/schema/schema.ts";

/** @throws {DataError} if the data are no table */
export function requireTable(schema: DataSchema): TableSchema {
  if (schema.kind !== "table") throw new DataError(`task: expected a table, got data of the kind ${schema.kind}`);
  return schema;
}

/** @throws {DataError} if the label is a number */
export function classesOf(schema: DataSchema): readonly string[] {
  const { label } = requireTable(schema);
  if (label.classes === undefined) throw new DataError(`column ${label.name}: expected classes to tell apart, got numbers`);
  return label.classes;
}

/** The class number of each row. @throws {DataError} if the label is a number */
export function classTargets(found: FoundData, schema: DataSchema): Int32Array {
  classesOf(schema);
  const label = labelIn(found);
  if (label.kind !== "category")
    throw new DataError(`column ${label.name}: expected classes, got a column of the kind ${label.kind}`);
  return label.codes;
}

/** The number of each row. @throws {DataError} if the label is one of classes */
export function numberTargets(found: FoundData, schema: DataSchema): Float32Array {
  const { label } = requireTable(schema);
  const column = labelIn(found);
  if (label.classes !== undefined || column.kind !== "number")
    throw new DataError(`column ${label.name}: expected numbers to predict, got classes`);
  return Float32Array.from(column.values);
}

/** The label of a table that fits a schema: its last column. */
function labelIn(found: FoundData): Column {
  const label = found.kind === "table" ? found.columns.at(-1) : undefined;
  if (label === undefined) throw new DataError(`task: expected a table, got data of the kind ${found.kind}`);
  return label;
}
