import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, type CheckpointStore } from "../../shared/replica/checkpoint.ts";
import { claimFile } from "./claim-file.ts";
import { codeOf, diskFiles } from "./disk-files.ts";
import { createFileStore } from "./file-store.ts";

/** The store of one peer of a room, in a folder: `<room>.checkpoint`. */
export interface CheckpointFolder {
  readonly store: CheckpointStore;
  /**
   * Why nothing could be saved there when it was opened, as a sentence. Then other peers may read the same checkpoint, and each
   * save first tries to claim the file. null: this peer has claimed it.
   */
  readonly problem: string | null;
  /** Releases the file for other peers. */
  close(): Promise<void>;
}

/** @throws {CheckpointError} (as a rejection) while another process uses the same file, and if the folder is a file */
export async function openCheckpointFolder(folder: string, room: string): Promise<CheckpointFolder> {
  const path = join(folder, `${room}.checkpoint`);
  const file = createFileStore(path, diskFiles);
  let release: (() => Promise<void>) | null = null;

  const claim = async (): Promise<void> => {
    if (release !== null) return;
    await makeFolder(folder);
    release = await claimFile(`${path}.lock`);
  };
  const problem = await claim().then(
    () => null,
    (cause) => {
      if (cause instanceof CheckpointError) throw cause;
      return `checkpoints cannot be saved in ${folder}: ${wordsFor(cause)}; the run goes on without them`;
    },
  );

  const store: CheckpointStore = {
    load: () => file.load(),
    async save(bytes) {
      try {
        await claim();
        await file.save(bytes);
      } catch (cause) {
        throw new Error(wordsFor(cause), { cause });
      }
    },
    async setAside() {
      try {
        await claim();
        return await file.setAside();
      } catch (cause) {
        throw new Error(wordsFor(cause), { cause });
      }
    },
    async takeBack(isUsable) {
      await claim();
      return await file.takeBack(isUsable);
    },
  };
  return { store, problem, close: async () => release?.() };
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    const isFile = codeOf(cause) === "EEXIST" || codeOf(cause) === "ENOTDIR";
    throw isFile ? new CheckpointError(`expected a folder for checkpoints, got ${path}, which is a file or lies in one`) : cause;
  }
}

/** A plain sentence for causes that a person can act on; the system's message for others. */
function wordsFor(cause: unknown): string {
  switch (codeOf(cause)) {
    case "ENOSPC":
    case "EDQUOT":
      return "there is no room left on the disk";
    case "EROFS":
      return "the disk is read-only";
    case "EACCES":
    case "EPERM":
      return "this user is not allowed to write there";
    // Some systems give this code for a new folder on a read-only disk, too.
    case "ENOENT":
      return "there is no such folder, and it cannot be made";
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
