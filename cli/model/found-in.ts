import type { FoundData } from "../../client/data/found-data.ts";
import { filesAt } from "../support/files-at.ts";
import { inOneSentence } from "../support/in-one-sentence.ts";

/**
 * The data at a path; where the files have a part of their own to test on, that.
 * @throws {UsageError} (as a rejection) in one sentence, if they cannot be read
 */
export async function foundIn(path: string): Promise<FoundData> {
  const { train, test } = await inOneSentence("--data", () => filesAt(path));
  return test ?? train;
}
