import { cellKey } from "./cell.ts";
import type { LabFile } from "./lab-file.ts";
import type { LabRow } from "./lab-row.ts";

/** The rows of a file's runs, in the file's order, under the names that its arms have now; one a run. */
export function rowsOfCells({ cells }: LabFile, rows: readonly LabRow[]): readonly LabRow[] {
  const byKey = new Map(rows.map((row) => [cellKey(row.cell), row]));
  return cells.flatMap(({ arm, cell }) => {
    const row = byKey.get(cellKey(cell));
    return row === undefined ? [] : [{ ...row, arm }];
  });
}
