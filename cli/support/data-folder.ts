import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { type DataFileKind, dataFileKinds, pickDataFile } from "../../shared/base/data-files.ts";
import { UsageError } from "./exit.ts";

/** Bytes that hold a file's header, gzipped with a long name before it. */
const headBytes = 4_096;

/** Whether a path is a folder with files that are named like those of MNIST: such a folder is served to tabs, too. */
export async function holdsServedFiles(path: string): Promise<boolean> {
  const names = await readdir(path).catch(() => []);
  return dataFileKinds.some((kind) => "name" in pickDataFile(names, kind));
}

/**
 * Checks the headers of a folder's four files before the server starts, so that a mistake shows here and not in a room.
 * A folder that cannot be read is left to the server, which reports it.
 * @throws {UsageError} (as a rejection) naming the files that are wanted and what is there instead
 */
export async function checkDataFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) return;
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const count: Partial<Record<DataFileKind, number>> = {};
  for (const kind of dataFileKinds) {
    const picked = pickDataFile(names, kind);
    const problem = (what: string): UsageError =>
      new UsageError(
        `--data: ${what} (four IDX files are wanted, as MNIST has: train-images…, train-labels…, t10k-images…, t10k-labels…)`,
      );
    if ("problem" in picked) throw problem(`${folder}: ${picked.problem}`);
    const sides = await sidesOf(join(folder, picked.name));
    const [expected, words] = kind.endsWith("Images") ? [3, "images × height × width"] : [1, "labels"];
    if (sides?.length !== expected) {
      throw problem(
        `${picked.name}: expected an IDX file of ${words}, got ${sides === null ? "another file" : sides.join(" × ")}`,
      );
    }
    count[kind] = sides[0]!;
  }
  for (const part of ["train", "test"] as const) {
    const [images, labels] = [count[`${part}Images`], count[`${part}Labels`]];
    if (images !== labels)
      throw new UsageError(`--data: ${folder}: expected a label for each of ${images} ${part} images, got ${labels}`);
  }
}

/** The sides in the header of an IDX file of unsigned bytes; null if it is no such file. */
async function sidesOf(path: string): Promise<readonly number[] | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const head = unpacked(buffer.subarray(0, bytesRead));
    const dimensions = head?.[3] ?? 0;
    if (head === null || head.length < 4 + 4 * dimensions || head[0] !== 0 || head[1] !== 0 || head[2] !== 8) return null;
    return Array.from({ length: dimensions }, (_, i) => head.readUInt32BE(4 + 4 * i));
  } finally {
    await file.close();
  }
}

function unpacked(head: Buffer): Buffer | null {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}
