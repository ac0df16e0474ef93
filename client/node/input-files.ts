import { open, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { DataError } from "../data/data-set.ts";
import type { InputFile } from "../data/files/input-file.ts";

/** A folder of a million small images. */
const maxFiles = 1_000_000;
const maxDepth = 16;

/**
 * The file at `path`, or all files below the folder there, ordered by their paths; hidden ones too. Links to files are followed, links to folders are not.
 * @throws {DataError} (as a rejection) if there is nothing that can be read, or too much
 */
export async function inputFiles(path: string): Promise<readonly InputFile[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new DataError(`${path}: expected a file or a folder, got none that can be read`, { cause });
  });
  if (!found.isDirectory()) return [inputFileAt(path, basename(path), found.size)];
  const files: InputFile[] = [];
  await collect(path, "", files);
  if (files.length === 0) throw new DataError(`${path}: expected files in this folder, got none`);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function collect(root: string, below: string, files: InputFile[]): Promise<void> {
  if (below.split("/").length > maxDepth)
    throw new DataError(`${root}: expected at most ${maxDepth} levels of folders, got more at ${below}`);
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      await collect(root, path, files);
      continue;
    }
    const found = await stat(join(root, path)).catch(() => null);
    if (found === null || !found.isFile()) continue;
    files.push(inputFileAt(join(root, path), path, found.size));
    if (files.length > maxFiles) throw new DataError(`${root}: expected at most ${maxFiles} files, got more`);
  }
}

function inputFileAt(place: string, path: string, size: number): InputFile {
  return {
    path,
    size,
    async read(start, end) {
      const file = await open(place).catch((cause: unknown) => {
        throw new DataError(`${path}: expected a file that can be read, got ${(cause as Error).message}`, { cause });
      });
      try {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}
