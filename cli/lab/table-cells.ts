import { formatBytes, inTerminal } from "../../client/base/format.ts";
import type { TableLine } from "./table-of.ts";

/** The cells of a table, its headings first. */
export function tableCells(lines: readonly TableLine[]): readonly (readonly string[])[] {
  return [["", "rate", "seeds", lines[0]!.metric, "±", "best", "bytes a worker", "gradients"], ...lines.map(cellsOf)];
}

function cellsOf({ name, rate, seeds, mean, deviation, best, bytes, gradients, diverged }: TableLine): readonly string[] {
  const figures =
    mean === null ? ["diverged", "", ""] : [mean.toPrecision(4), deviation?.toPrecision(2) ?? "", best!.toPrecision(4)];
  const note = diverged > 0 && mean !== null ? ` (${diverged} diverged)` : "";
  return [name, String(rate), `${seeds}${note}`, ...figures, inTerminal(formatBytes(bytes)), String(Math.round(gradients))];
}
