/** A file that can be read in pieces: one that was picked in a tab, one on a disk, an entry of an archive. */
export interface InputFile {
  /** Its name with the folders that it lies in, "/" between them. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** The bytes from `start` up to, without, `end` or the file's end. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** The picked or dropped file of a page. @param path overrides its own name, with the folders that a drop tells */
export function inputFileOf(file: File, path?: string): InputFile {
  return {
    // Empty where no folder was picked; Node has none.
    path: path ?? (file.webkitRelativePath || file.name),
    size: file.size,
    read: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
  };
}

/** A file of bytes that are here. */
export function inputFileOfBytes(path: string, bytes: Uint8Array): InputFile {
  return { path, size: bytes.length, read: async (start, end) => bytes.slice(start, end) };
}
