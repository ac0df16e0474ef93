import type { Cell } from "./cell.ts";
import type { NamedCell } from "./lab-file.ts";

/** "EF14, rate 0.1, seed 2": a run by its arm and by what sets it apart from others. */
export function cellInWords(
  { arm, cell }: NamedCell,
  varied: readonly (keyof Cell)[],
  without: readonly (keyof Cell)[] = [],
): string {
  const fields = varied.filter((key) => !without.includes(key) && !(arm !== "" && isArms(key)));
  const words = fields.map((key) => (key === "scheme" ? String(cell[key]) : `${key} ${cell[key]}`));
  return [...(arm === "" ? [] : [arm]), ...words].join(", ") || "the run";
}

/** Fields that an arm's name stands for. */
function isArms(key: keyof Cell): boolean {
  return key !== "seed" && key !== "rate";
}
