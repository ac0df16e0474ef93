import type { Cell } from "./cell.ts";
import type { NamedCell } from "./lab-file.ts";

/** "EF14, rate 0.1, seed 2": the arm of a run, and the fields in which runs of one arm differ. */
export function cellInWords(
  { arm, cell }: NamedCell,
  varied: readonly (keyof Cell)[],
  without: readonly (keyof Cell)[] = [],
): string {
  const fields = varied.filter((key) => !without.includes(key));
  const words = fields.map((key) => (key === "scheme" ? String(cell[key]) : `${key} ${cell[key]}`));
  return [...(arm === "" ? [] : [arm]), ...words].join(", ") || "the run";
}
