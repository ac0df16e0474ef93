import { expect } from "vitest";
import { SchemeError } from "../../shared/compress/text/grammar.ts";

/** Expects that a text is refused at that character, in words that match. */
export function expectRefusal(read: (text: string) => unknown, text: string, position: number, problem: RegExp): void {
  let error: unknown;
  try {
    read(text);
  } catch (cause) {
    error = cause;
  }
  expect(error).toBeInstanceOf(SchemeError);
  expect(error).toMatchObject({ position, message: expect.stringMatching(problem) });
}
