import type { CheckpointStore } from "../../shared/training/checkpoint.ts";

/** What a store asks of a file system. */
export interface Files {
  /** null where there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** A new file, whole on the disk when it resolves; cut off, any part of it. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** In the place of what is at `to`: cut off, that is there or the other. */
  rename(from: string, to: string): Promise<void>;
  /** It need not be there. */
  remove(path: string): Promise<void>;
}

/** A checkpoint in a file: written beside it, then put in its place. So there is always a whole one under its name. */
export function createFileStore(path: string, files: Files): CheckpointStore {
  const draft = `${path}.new`;
  return {
    load: () => files.read(path),
    async save(bytes) {
      await files.write(draft, bytes);
      await files.rename(draft, path);
    },
    forget: () => files.remove(path),
  };
}
