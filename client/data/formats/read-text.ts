import { DataError } from "../data-set.ts";
import type { Content } from "../files/content.ts";
import { partsOf } from "../files/parts.ts";
import { wholeText } from "../files/whole-text.ts";
import type { FoundText } from "../found-data.ts";
import type { FoundParts } from "./format.ts";

/** Reads plain text; the files of one part follow each other in the order of their paths. */
export async function readText(files: readonly Content[]): Promise<FoundParts> {
  const { train, test, leftOut } = partsOf(files);
  return {
    train: await readPart(train),
    test: test.length === 0 ? null : await readPart(test),
    leftOut: leftOut.map(({ path }) => path),
  };
}

async function readPart(files: readonly Content[]): Promise<FoundText> {
  const texts: string[] = [];
  for (const file of files) texts.push(await wholeText(file));
  const text = texts.join("");
  if (text.trim() === "") throw new DataError(`${files[0]!.path}: expected text, got only spaces and ends of lines`);
  return { kind: "text", text };
}
