import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { idxFile } from "../client/data/idx-file.ts";

/** Four files whose heads are right, and whose bodies are missing. */
export async function folderOfHeads(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "copse-data-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const part of ["train", "t10k"]) {
    await writeFile(join(folder, `${part}-images`), idxFile([2, 28, 28], new Uint8Array(9)));
    await writeFile(join(folder, `${part}-labels`), idxFile([2], new Uint8Array(2)));
  }
  return folder;
}
