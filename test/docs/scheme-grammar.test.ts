import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../shared/base/random.ts";
import { methods } from "../../shared/compress/registry.ts";
import { callText } from "../../shared/compress/text/call-text.ts";
import { parseScheme, SchemeError } from "../../shared/compress/text/grammar.ts";
import { usageOf } from "../../shared/compress/text/usage-of.ts";
import { optimizers } from "../../shared/optimizer/registry.ts";
import { grammarOf } from "./ebnf.ts";
import { textOf } from "./pages.ts";

const [, block] = /```\n(scheme {3}= .*?)```/s.exec(textOf("PROTOCOL.md"))!;
const grammar = grammarOf(block!);

/** What the page demands beyond its grammar. */
const beyond = /^expected (at most 200 characters|at most 8 levels|\w+ once, got it twice)/;

/** What the parser says of a text; null if it takes it. */
function refusal(text: string): string | null {
  try {
    parseScheme(text);
    return null;
  } catch (cause) {
    expect(cause).toBeInstanceOf(SchemeError);
    return (cause as SchemeError).message;
  }
}

/** How page and parser differ over a text; null if they agree. */
function difference(text: string): string | null {
  const refused = refusal(text);
  if (grammar.has(text)) return refused === null || beyond.test(refused) ? null : `the parser refuses ${text}: ${refused}`;
  return refused === null ? `the page refuses ${text}` : null;
}

const examples = [...methods, ...optimizers].flatMap((method) => [usageOf(method), method.example]);
const drawn = fc.nat().map((seed) => grammar.draw(seeded(seed, "scheme text")));
const letters = fc.constantFrom(..."ab0.-e+%=,|()[] A\t");

describe("the grammar of schemes in PROTOCOL.md", () => {
  it("has only texts that the parser takes", () => {
    let taken = 0;
    const tried = 1_000;
    fc.assert(
      fc.property(drawn, (text) => {
        if (!grammar.has(text)) return expect.fail(`the page draws and refuses ${text}`);
        if (refusal(text) === null) taken += 1;
        expect(difference(text)).toBeNull();
      }),
      { numRuns: tried },
    );
    expect(taken).toBeGreaterThan(tried / 2);
  });

  it("has all that the registries show as examples, and what the parser prints again", () => {
    const parsed = examples.filter((text) => refusal(text) === null);
    expect(parsed.length).toBeGreaterThan(methods.length);
    for (const text of parsed) expect([text, callText(parseScheme(text))].filter((each) => !grammar.has(each))).toEqual([]);
  });

  it("agrees with the parser on texts that were changed in one to three places", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.option(letters), fc.boolean()), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.oneof(drawn, fc.constantFrom(...examples)), changes, (text, all) => {
        let changed = text;
        for (const [place, letter, isInserted] of all) {
          const at = place % (changed.length + 1);
          changed = changed.slice(0, at) + (letter ?? "") + changed.slice(isInserted ? at : at + 1);
        }
        expect(difference(changed)).toBeNull();
      }),
      { numRuns: 1_500 },
    );
  });

  it("ends at 200 characters and at depth 8, and takes no key twice", () => {
    const nested = (depth: number): string => `${"a(".repeat(depth)}a${")".repeat(depth)}`;
    const listed = (depth: number): string => `a(${"[".repeat(depth)}${"]".repeat(depth)})`;
    const piped = (depth: number): string => `${"a|".repeat(depth)}a`;
    for (const deep of [nested, listed, piped]) {
      expect(refusal(deep(8))).toBeNull();
      expect(refusal(deep(9))).toMatch(beyond);
    }
    expect(refusal("a".repeat(200))).toBeNull();
    expect(refusal("a".repeat(201))).toMatch(beyond);
    expect(refusal("a(k=1, k=2)")).toMatch(beyond);
    expect(refusal("a(k=1, b(k=2))")).toBeNull();
  });
});
