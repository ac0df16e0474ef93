import { open, readdir, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Files } from "./file-store.ts";

/** The disk. A step survives a power cut once its promise has resolved. */
export const diskFiles: Files = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (cause) {
      if (codeOf(cause) === "ENOENT") return null;
      throw cause;
    }
  },
  list: (folder) => readdir(folder),
  async write(path, bytes) {
    const file = await open(path, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async rename(from, to) {
    await rename(from, to);
    await syncFolder(dirname(to));
  },
};

/** Flushes a folder, and so the names in it. Windows has no such call, and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
}
