import type { DataSchema } from "../data/schema/schema.ts";

/** The classes that a model of such data tells apart; null: it gives a number, or tokens. */
export function classesOfSchema(schema: DataSchema): readonly string[] | null {
  if (schema.kind === "images") return schema.classes;
  return schema.kind === "table" ? (schema.label.classes ?? null) : null;
}
