/** Texts of a missing value. */
const missing: ReadonlySet<string> = new Set(["", "?", "NA", "N/A", "NaN", "nan", "NULL", "null"]);

/** Whether a cell, without spaces around it, is a missing value. */
export function isMissing(cell: string): boolean {
  return missing.has(cell);
}

/** The finite number that a cell, without spaces around it, is; NaN: it is none. A comma counts as the decimal point if `hasCommas`. */
export function numberOf(cell: string, hasCommas: boolean): number {
  const text = hasCommas && cell.includes(",") ? pointed(cell) : cell;
  // "0x1f", "0b1" and "0o7" are numbers for the language alone.
  if (text === "" || /[xbo]/i.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** The text with its one decimal comma as a point; as it is, and so no number, where it has a point too or two commas. */
function pointed(cell: string): string {
  return cell.includes(".") || cell.indexOf(",") !== cell.lastIndexOf(",") ? cell : cell.replace(",", ".");
}

/** A cell's text in an error. */
export function quoted(cell: string): string {
  return JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}…` : cell);
}
