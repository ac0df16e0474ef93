import type { FoundFiles } from "../../client/data/found-data.ts";
import { type ReadFilesOptions, readFiles } from "../../client/data/read-files.ts";
import { decodeImage } from "../../client/node/decode-image.ts";
import { inputFiles } from "../../client/node/input-files.ts";
import { createProgressLine } from "./progress-line.ts";

/** What the file or folder at a path holds, pictures included; says how far it is. @throws {DataError} (as a rejection) if it cannot be read */
export async function filesAt(path: string, options: ReadFilesOptions = {}): Promise<FoundFiles> {
  const progress = createProgressLine(`reading ${path}`);
  try {
    return await readFiles(await inputFiles(path), { decodeImage, progress: progress.show, ...options });
  } finally {
    progress.end();
  }
}
