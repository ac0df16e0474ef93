import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { CheckpointStore } from "../../shared/training/checkpoint.ts";
import { claimFile } from "./claim-file.ts";
import { diskFiles } from "./disk-files.ts";
import { createFileStore } from "./file-store.ts";

/** The store of one peer of a room, in a folder: `<room>.checkpoint`. */
export interface CheckpointFolder {
  readonly store: CheckpointStore;
  /** Lets another peer have it. */
  close(): Promise<void>;
}

/**
 * @throws {CheckpointError} (as a rejection) while another process uses the same file
 * @throws {Error} (as a rejection) if the folder cannot be made or written to
 */
export async function openCheckpointFolder(folder: string, room: string): Promise<CheckpointFolder> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${room}.checkpoint`);
  const close = await claimFile(`${path}.lock`);
  return { store: createFileStore(path, diskFiles), close };
}
