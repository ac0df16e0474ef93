import type { FoundData } from "../../client/data/found-data.ts";
import { readFiles } from "../../client/data/read-files.ts";
import { inputFiles } from "../../client/node/input-files.ts";
import { createProgressLine } from "../support/progress-line.ts";
import { inOneSentence } from "./model-folder.ts";

/**
 * The data at a path; where the files have a part of their own to test on, that.
 * @throws {UsageError} (as a rejection) in one sentence, if they cannot be read
 */
export async function foundIn(path: string): Promise<FoundData> {
  const progress = createProgressLine(`reading ${path}`);
  try {
    const { train, test } = await inOneSentence("--data", async () =>
      readFiles(await inputFiles(path), { progress: progress.show }),
    );
    return test ?? train;
  } finally {
    progress.end();
  }
}
