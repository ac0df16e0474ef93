import { DataError } from "../data-set.ts";
import type { Content } from "./content.ts";
import { utf8Of } from "./utf8.ts";

/** Below the longest text of every engine, 2²⁹ characters. */
const maxCharacters = 400_000_000;

/**
 * All of a content as text.
 * @throws {DataError} (as a rejection) if it is not UTF-8 or too long
 */
export async function wholeText(content: Content): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of utf8Of(content)) {
    length += piece.length;
    if (length > maxCharacters) throw new DataError(`${content.path}: expected at most ${maxCharacters} characters, got more`);
    pieces.push(piece);
  }
  return pieces.join("");
}
