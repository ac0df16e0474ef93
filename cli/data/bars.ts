const full = 30;
const eighths = " ▏▎▍▌▋▊▉";

/** A bar of up to 30 characters, to an eighth of one; the greatest of its chart is the longest. */
export function bar(value: number, greatest: number): string {
  const units = greatest === 0 ? 0 : Math.round((8 * full * value) / greatest);
  return `${"█".repeat(Math.floor(units / 8))}${eighths[units % 8]!}`.trimEnd();
}

/** Rows of cells under each other: the first column to the left, the others to the right, a last one of bars to the left. */
export function columnsOf(rows: readonly (readonly string[])[]): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) => Math.max(...rows.map((row) => [...(row[i] ?? "")].length)));
  return rows.map((row) =>
    row
      .map((cell, i) =>
        i === 0 || cell.startsWith("█") ? cell + " ".repeat(widths[i]! - [...cell].length) : cell.padStart(widths[i]!),
      )
      .join("  ")
      .trimEnd(),
  );
}
