/** Thrown for a wrong scheme text, with the position of the mistake. */
export class SchemeError extends Error {
  override readonly name = "SchemeError";
  readonly text: string;
  /** Offset of the offending character, from 0. */
  readonly position: number;

  constructor(text: string, position: number, problem: string) {
    super(`${problem}${commaHint(text, position)}\n  ${text}\n  ${" ".repeat(position)}^`);
    this.text = text;
    this.position = position;
  }
}

/** A hint for a decimal comma, as in 0,3 for 0.3: the comma separates arguments, and the second half is one too many. */
function commaHint(text: string, position: number): string {
  const [found] =
    /^-?\d+,\d+/.exec(text.slice(position)) ??
    /\d+,\d+$/.exec(text.slice(0, position) + (/^\d+/.exec(text.slice(position)) ?? "")) ??
    [];
  return found === undefined ? "" : `; a comma separates arguments: is ${found.replace(",", ".")} meant?`;
}

/** `name(argument, …)`, perhaps followed by `| name(argument, …)`. */
export interface Call {
  readonly kind: "call";
  readonly at: number;
  readonly name: string;
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  /** The position of each name. */
  readonly keys: ReadonlyMap<string, number>;
  /** The call after a `|`, through which the output goes. */
  readonly next: Call | null;
}

/** A number, with `percent` set where a % follows it. */
export interface Quantity {
  readonly kind: "quantity";
  readonly at: number;
  readonly value: number;
  readonly percent: boolean;
}

/** `[value, …]`. */
export interface List {
  readonly kind: "list";
  readonly at: number;
  readonly items: readonly Value[];
}

export type Value = Call | Quantity | List;

/** The arguments of a call that were read so far. */
interface Found {
  readonly positional: Value[];
  readonly named: Map<string, Value>;
  readonly keys: Map<string, number>;
}

/** A scheme text longer or deeper than this is a mistake. */
const maxCharacters = 200;
const maxLevels = 8;

/**
 * Parses a scheme: pipe = call { "|" call }; call = name [ "(" [ argument { "," argument } ] ")" ];
 * argument = [ name "=" ] value; value = pipe | number [ "%" ] | "[" [ value { "," value } ] "]".
 * Names are lower-case letters, digits and hyphens. Spaces are allowed between tokens.
 * @throws {SchemeError} with the position and what was expected there
 */
export function parseScheme(text: string): Call {
  if (text.length > maxCharacters) {
    throw new SchemeError(
      `${text.slice(0, maxCharacters)}…`,
      maxCharacters,
      `expected at most ${maxCharacters} characters, got ${text.length}`,
    );
  }
  let at = 0;
  const skip = (): void => {
    while (text[at] === " ") at += 1;
  };
  const fail = (expected: string): never => {
    const got = at < text.length ? `"${text[at]}"` : "the end";
    throw new SchemeError(text, at, `expected ${expected}, got ${got}`);
  };
  const take = (pattern: RegExp): string | null => {
    skip();
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const call = (level: number): Call => {
    skip();
    if (level > maxLevels) fail(`at most ${maxLevels} levels of brackets`);
    const start = at;
    const name = take(/[a-z][a-z0-9-]*/y) ?? fail("the name of a method");
    const positional: Value[] = [];
    const named = new Map<string, Value>();
    const keys = new Map<string, number>();
    if (take(/\(/y) !== null && take(/\)/y) === null) {
      do argument(level, { positional, named, keys });
      while (take(/,/y) !== null);
      if (take(/\)/y) === null) fail('"," or ")"');
    }
    return { kind: "call", at: start, name, positional, named, keys, next: take(/\|/y) === null ? null : call(level + 1) };
  };
  const argument = (level: number, { positional, named, keys }: Found): void => {
    skip();
    const start = at;
    const key = take(/[a-z][a-z0-9]*(?= *=)/y);
    if (key === null) {
      positional.push(value(level));
      return;
    }
    take(/=/y);
    if (named.has(key)) throw new SchemeError(text, start, `expected ${key} once, got it twice`);
    keys.set(key, start);
    named.set(key, value(level));
  };
  const value = (level: number): Value => {
    skip();
    const start = at;
    if (take(/\[/y) !== null) return { kind: "list", at: start, items: items(level + 1) };
    const digits = take(/-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?/y);
    if (digits === null) return call(level + 1);
    return { kind: "quantity", at: start, value: Number(digits), percent: take(/%/y) !== null };
  };
  const items = (level: number): Value[] => {
    const found: Value[] = [];
    if (level > maxLevels) fail(`at most ${maxLevels} levels of brackets`);
    if (take(/\]/y) !== null) return found;
    do found.push(value(level));
    while (take(/,/y) !== null);
    if (take(/\]/y) === null) fail('"," or "]"');
    return found;
  };
  const whole = call(0);
  skip();
  if (at < text.length) fail("the end");
  return whole;
}
