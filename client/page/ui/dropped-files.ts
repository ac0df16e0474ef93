/** A dropped file, and its path with the folders that it lay in. */
export interface DroppedFile {
  readonly file: File;
  readonly path: string;
}

/** Files that are taken of one drop: a folder of a million small pictures. */
const maxFiles = 1_000_000;

/** All files of a drop, those in folders included. The browser forgets a drop when its event is over, so it is asked for entries at once. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly DroppedFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found: DroppedFile[] = [];
  for (const entry of entries) await collect(entry, "", found);
  return found;
}

async function collect(entry: FileSystemEntry, below: string, found: DroppedFile[]): Promise<void> {
  if (found.length >= maxFiles) return;
  const path = below === "" ? entry.name : `${below}/${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // Entries come in pieces of a hundred; an empty piece is the end.
  for (;;) {
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (piece.length === 0) return;
    for (const one of piece) await collect(one, path, found);
  }
}
