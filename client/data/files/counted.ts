import type { InputFile } from "./input-file.ts";

/** How far the reading is. */
export interface ReadProgress {
  /** In bytes; never less than before. */
  readonly read: number;
  readonly total: number;
}

export interface Counted {
  /** The same files; what is read of them is counted once `begin` was called. */
  readonly files: readonly InputFile[];
  begin(passes: number): void;
  /** All is read. */
  end(): void;
}

/** Counts what is read of files. */
export function counted(files: readonly InputFile[], progress?: (progress: ReadProgress) => void): Counted {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  let [read, total] = [0, 0];
  const tell = (): void => progress?.({ read, total });
  return {
    files: files.map((file) => ({
      path: file.path,
      size: file.size,
      async read(start, end) {
        const bytes = await file.read(start, end);
        read = Math.min(total, read + bytes.length);
        if (total > 0) tell();
        return bytes;
      },
    })),
    begin(passes) {
      [read, total] = [0, passes * size];
      tell();
    },
    end() {
      read = total;
      tell();
    },
  };
}
