import type { FoundData } from "../data/found-data.ts";

/** A table whose missing numbers are the means of the features, as the model was trained with. @param means of all features, in their order */
export function fillMissing(found: FoundData, means: Float32Array): FoundData {
  if (found.kind !== "table") return found;
  let feature = 0;
  const columns = found.columns.map((column, at) => {
    if (at === found.columns.length - 1 || column.kind === "text") return column;
    const mean = means[feature]!;
    feature += column.kind === "number" ? 1 : column.categories.length;
    if (column.kind !== "number" || !column.values.some(Number.isNaN)) return column;
    return { ...column, values: column.values.map((value) => (Number.isNaN(value) ? mean : value)) };
  });
  return { ...found, columns };
}
