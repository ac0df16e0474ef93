import { ProblemFileError } from "./problem-file-error.ts";

/** Reads JSON of a known shape in one pass, without an object for each number, and knows the line of every mistake. */
export interface JsonReader {
  /** The line that is being read, from 1. */
  readonly line: number;
  /** An object: each key is read by its own function, in any order, at most once. @returns the keys that were there */
  object(keys: Readonly<Record<string, () => void>>): ReadonlySet<string>;
  array(item: () => void): void;
  number(): number;
  /** @throws {ProblemFileError} if text is left over */
  end(): void;
  /** @throws {ProblemFileError} here, or at the line given */
  fail(problem: string, line?: number): never;
}

const space = /[ \t\r]*/y;
const numeral = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const quoted = /"[^"\\\n]*"/y;
/** What is shown of a text that should not be there. */
const shown = /[^\s,\]}]{1,20}|\S/y;

/** Every read throws a ProblemFileError where the text is not what was expected. */
export function createJsonReader(text: string, file: string): JsonReader {
  let at = 0;
  let line = 1;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [null];
    return found;
  };
  const skip = (): void => {
    for (;;) {
      at += match(space)!.length;
      if (text[at] !== "\n") return;
      at += 1;
      line += 1;
    }
  };
  const fail = (problem: string, where = line): never => {
    throw new ProblemFileError(file, where, problem);
  };
  const failAt = (expected: string): never => fail(`expected ${expected}, got ${match(shown) ?? "the end of the file"}`);
  const take = (pattern: RegExp, expected: string): string => {
    skip();
    const found = match(pattern) ?? failAt(expected);
    at += found.length;
    return found;
  };
  const isNext = (sign: string): boolean => {
    skip();
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  };
  const expectSign = (sign: string, expected: string): void => void (isNext(sign) || failAt(expected));
  /** item { "," item } close, after the opening sign. */
  const list = (close: string, item: () => void): void => {
    if (isNext(close)) return;
    do item();
    while (isNext(","));
    expectSign(close, `"," or "${close}"`);
  };
  return {
    get line() {
      return line;
    },
    object(keys) {
      const found = new Set<string>();
      const expected = Object.keys(keys).join(", ");
      expectSign("{", `an object of ${expected}`);
      list("}", () => {
        const key = take(quoted, `one of ${expected} in quotes`).slice(1, -1);
        const read = Object.hasOwn(keys, key) ? keys[key] : undefined;
        if (read === undefined) return fail(`expected one of ${expected}, got ${JSON.stringify(key.slice(0, 20))}`);
        if (found.has(key)) return fail(`expected ${key} once, got it twice`);
        found.add(key);
        expectSign(":", `":" after ${key}`);
        read();
      });
      return found;
    },
    array(item) {
      expectSign("[", "an array");
      list("]", item);
    },
    number() {
      const digits = take(numeral, "a number");
      const value = Number(digits);
      return Number.isFinite(value) ? value : fail(`expected a finite number, got ${digits.slice(0, 20)}`);
    },
    end() {
      skip();
      if (at < text.length) failAt("the end of the file");
    },
    fail,
  };
}
