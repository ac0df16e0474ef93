import { dirname, resolve } from "node:path";
import { cellFields } from "../lab/cell.ts";
import { readLabFile } from "../lab/lab-file.ts";
import type { TypedOptions } from "../support/config-options.ts";
import { UsageError } from "../support/exit.ts";

/** Fields of a run that are options of another name, or of no demo. */
const aside = ["peers", "data", "label", "train", "test", "every", "target"];

/**
 * The options with those of the first run of a lab's file that `--run` names; options that were typed stay, but for the number of
 * headless peers.
 * @throws {UsageError} if there is no such file, or its run is not one of a room
 */
export function withRunFile(typed: TypedOptions): TypedOptions {
  const { run } = typed;
  if (run === undefined) return typed;
  const file = String(run);
  const { cell } = readLabFile(file).cells[0]!;
  if (cell.train > 0 || cell.test > 0 || cell.target > 0)
    throw new UsageError(
      "--run: expected a run on all samples to its last round (train: 0, test: 0, target: 0): a room has no such settings",
    );
  const fields = cellFields.filter((key) => !aside.includes(key)).map((key) => [key, String(cell[key])] as const);
  return {
    ...Object.fromEntries(fields),
    ...typed,
    peers: String(cell.peers),
    ...(cell.data === "drawn" || typed["data"] !== undefined ? {} : { data: resolve(dirname(file), cell.data) }),
    ...(cell.label === "" || typed["label"] !== undefined ? {} : { label: cell.label }),
  };
}
