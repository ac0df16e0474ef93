import type { Rng } from "../../shared/base/random.ts";

/** The right side of a rule. */
type Expression =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "range"; readonly from: string; readonly to: string }
  | { readonly kind: "rule"; readonly name: string }
  | { readonly kind: "repeat"; readonly of: Expression; readonly most: number }
  | { readonly kind: "all" | "any"; readonly of: readonly Expression[] };

interface Rule {
  readonly expression: Expression;
  /** Spaces may stand around what it is made of. */
  readonly isSpaced: boolean;
}

/** A grammar that was read from a page. The first rule is the whole. */
export interface Grammar {
  /** True if the whole text is one of the grammar. Polynomial in its length. */
  has(text: string): boolean;
  /** A text of the grammar: optional parts are there half of the time, less often the longer it is. */
  draw(rng: Rng): string;
}

/**
 * Reads EBNF as ISO/IEC 14977 has it, with a range of characters as `"a" … "z"`. Rules after an empty line are tokens: spaces may
 * stand around, not within them.
 * @throws {Error} naming what it could not read
 */
export function grammarOf(page: string): Grammar {
  const [spaced, tokens] = page.split("\n\n");
  const rules = new Map<string, Rule>();
  const read = (block: string, isSpaced: boolean): void => {
    for (const line of block.split("\n").filter((each) => each.trim() !== "")) {
      const [, name, right] = /^(\w+)\s*= (.*) ;$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`expected a rule, got ${line}`);
      rules.set(name, { expression: expressionOf(right!), isSpaced });
    }
  };
  read(spaced!, true);
  read(tokens ?? "", false);
  const ruleOf = (name: string): Rule => {
    const rule = rules.get(name);
    if (rule === undefined) throw new Error(`expected a rule for ${name}`);
    return rule;
  };
  const first = [...rules.keys()][0]!;
  return { has: (text) => recognizes(text, first, ruleOf), draw: (rng) => drawn(first, ruleOf, rng) };
}

function expressionOf(source: string): Expression {
  const words = source.match(/"[^"]*"|\w+|[…|()[\]{}]/g) ?? [];
  let at = 0;
  const closing = { "(": ")", "[": "]", "{": "}" } as const;
  const alternatives = (): Expression => {
    const of = [sequence()];
    while (words[at] === "|") {
      at += 1;
      of.push(sequence());
    }
    return of.length === 1 ? of[0]! : { kind: "any", of };
  };
  const sequence = (): Expression => {
    const of: Expression[] = [];
    while (at < words.length && !/^[|)\]}]$/.test(words[at]!)) of.push(one());
    return of.length === 1 ? of[0]! : { kind: "all", of };
  };
  const one = (): Expression => {
    const word = words[at]!;
    at += 1;
    if (word === "(" || word === "[" || word === "{") {
      const inner = alternatives();
      if (words[at] !== closing[word]) throw new Error(`expected ${closing[word]} in ${source}`);
      at += 1;
      return word === "(" ? inner : { kind: "repeat", of: inner, most: word === "[" ? 1 : Number.POSITIVE_INFINITY };
    }
    if (!word.startsWith('"')) return { kind: "rule", name: word };
    if (words[at] !== "…") return { kind: "text", text: word.slice(1, -1) };
    at += 2;
    return { kind: "range", from: word.slice(1, -1), to: words[at - 1]!.slice(1, -1) };
  };
  const whole = alternatives();
  if (at < words.length) throw new Error(`expected the end, got ${words[at]} in ${source}`);
  return whole;
}

/** By the set of places at which each part of the grammar can end that begins at a place. */
function recognizes(text: string, first: string, ruleOf: (name: string) => Rule): boolean {
  const known = new Map<string, ReadonlySet<number>>();
  const afterSpaces = (at: number): number => at + /^ */.exec(text.slice(at))![0].length;
  const ruleEnds = (name: string, at: number, isSpaced: boolean): ReadonlySet<number> => {
    const key = `${name} ${at}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const rule = ruleOf(name);
    const begin = isSpaced && !rule.isSpaced ? afterSpaces(at) : at;
    const ends = endsOf(rule.expression, begin, rule.isSpaced);
    known.set(key, ends);
    return ends;
  };
  const endsOf = (expression: Expression, at: number, isSpaced: boolean): ReadonlySet<number> => {
    switch (expression.kind) {
      case "text": {
        const begin = isSpaced ? afterSpaces(at) : at;
        return new Set(text.startsWith(expression.text, begin) ? [begin + expression.text.length] : []);
      }
      case "range":
        return new Set(at < text.length && text[at]! >= expression.from && text[at]! <= expression.to ? [at + 1] : []);
      case "rule":
        return ruleEnds(expression.name, at, isSpaced);
      case "any":
        return new Set(expression.of.flatMap((each) => [...endsOf(each, at, isSpaced)]));
      case "all": {
        let ends: ReadonlySet<number> = new Set([at]);
        for (const each of expression.of) ends = new Set([...ends].flatMap((end) => [...endsOf(each, end, isSpaced)]));
        return ends;
      }
      case "repeat": {
        const all = new Set([at]);
        let newest: ReadonlySet<number> = all;
        for (let count = 0; count < expression.most && newest.size > 0; count += 1) {
          newest = new Set(
            [...newest].flatMap((end) => [...endsOf(expression.of, end, isSpaced)]).filter((end) => !all.has(end)),
          );
          for (const end of newest) all.add(end);
        }
        return all;
      }
    }
  };
  return [...ruleEnds(first, 0, true)].some((end) => afterSpaces(end) === text.length);
}

function drawn(first: string, ruleOf: (name: string) => Rule, rng: Rng): string {
  let length = 0;
  const spaces = (): string => (rng.uniform() < 0.1 ? " ".repeat(1 + rng.integer(2)) : "");
  const add = (text: string): string => {
    length += text.length;
    return text;
  };
  const of = (expression: Expression, isSpaced: boolean): string => {
    switch (expression.kind) {
      case "text":
        return add((isSpaced ? spaces() : "") + expression.text);
      case "range": {
        const from = expression.from.charCodeAt(0);
        return add(String.fromCharCode(from + rng.integer(expression.to.charCodeAt(0) - from + 1)));
      }
      case "rule": {
        const rule = ruleOf(expression.name);
        return (isSpaced && !rule.isSpaced ? spaces() : "") + of(rule.expression, rule.isSpaced);
      }
      case "any":
        return of(expression.of[rng.integer(expression.of.length)]!, isSpaced);
      case "all":
        return expression.of.map((each) => of(each, isSpaced)).join("");
      case "repeat": {
        let text = "";
        for (let count = 0; count < expression.most && rng.uniform() < 30 / (60 + length); count += 1)
          text += of(expression.of, isSpaced);
        return text;
      }
    }
  };
  return of({ kind: "rule", name: first }, true) + spaces();
}
