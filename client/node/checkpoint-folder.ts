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
   * A sentence for a person: why nothing could be saved there when it was opened. Then this peer may not be the only one that reads
   * it, and each save tries to become it first. null: it is.
   */
  readonly problem: string | null;
  /** Lets another peer have it. */
  close(): Promise<void>;
}

/** @throws {CheckpointError} (as a rejection) while another process uses the same file, and where the folder is none but a file */
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

/** What a person can do something about, in their words; the rest in the system's. */
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
    // Some systems say this, too, where a folder is to be made on a read-only disk.
    case "ENOENT":
      return "there is no such folder, and it cannot be made";
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
