import { resolve } from "node:path";
import { DataError } from "../../client/data/data-set.ts";
import type { FoundData, FoundFiles } from "../../client/data/found-data.ts";
import { loadData } from "../../client/data/load-data.ts";
import { rowCount, selectRows } from "../../client/data/select-rows.ts";
import { ownTaskData } from "../../client/tasks/own-task-data.ts";
import { proposeRun } from "../../client/tasks/propose-run.ts";
import type { TaskData } from "../../client/tasks/task-data.ts";
import { UsageError } from "../support/exit.ts";
import { filesAt } from "../support/files-at.ts";
import { type Cell, configOfCell } from "./cell.ts";

/** Reads the data of cells; each path once. */
export interface CellData {
  /** What each worker trains on, in the order of their seats. @throws {UsageError} (as a rejection) if a cell's data cannot be had */
  workersOf(cell: Cell): Promise<readonly TaskData[]>;
}

/** @param folder where the paths of data begin */
export function createCellData(folder: string): CellData {
  const read = new Map<string, Promise<FoundFiles>>();
  const filesOf = (path: string): Promise<FoundFiles> => {
    const found = read.get(path) ?? filesAt(resolve(folder, path));
    read.set(path, found);
    return found;
  };
  return {
    async workersOf(cell) {
      try {
        if (cell.data === "drawn") return await drawn(cell);
        return await dealt(cell, cut(await filesOf(cell.data), cell));
      } catch (cause) {
        if (!(cause instanceof DataError)) throw cause;
        throw new UsageError(`data: ${cell.data}: ${cause.message}`, { cause });
      }
    },
  };
}

function drawn(cell: Cell): Promise<readonly TaskData[]> {
  const config = configOfCell(cell);
  return Promise.all(Array.from({ length: cell.peers }, (_, seat) => loadData(config, seat)));
}

/** Workers that take a part of the same files each, and are tested on the same held-out samples. */
async function dealt(cell: Cell, files: FoundFiles): Promise<readonly TaskData[]> {
  const label = cell.label === "" ? null : cell.label;
  const config = configOfCell(cell);
  const { schema } = proposeRun({ files, label, asked: config, take: null });
  const own = (seat: number) => ({ files, label, asked: config, take: { part: seat, of: cell.peers } });
  return Promise.all(Array.from({ length: cell.peers }, (_, seat) => ownTaskData({ ...config, schema }, own(seat))));
}

function cut(files: FoundFiles, { train, test }: Pick<Cell, "train" | "test">): FoundFiles {
  const { test: heldOut } = files;
  return { ...files, train: part(files.train, train), test: heldOut === null ? null : part(heldOut, test) };
}

/** The first of each ⌊n/count⌋ samples or so; of a text, its first `count` characters. 0: all. */
function part(found: FoundData, count: number): FoundData {
  if (count === 0) return found;
  if (found.kind === "text") return { ...found, text: found.text.slice(0, count) };
  const all = rowCount(found);
  if (count >= all) return found;
  return selectRows(
    found,
    Uint32Array.from({ length: count }, (_, i) => Math.floor((i * all) / count)),
  );
}
