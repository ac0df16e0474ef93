import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../client/data/data-set.ts";
import { tokenizerOf } from "../../../client/data/tokenizers/tokenizer-of.ts";

const text = fc.string({ unit: fc.constantFrom(..."abc xyz\n,.é𝄞“”", "<|endoftext|>", " the", "1984"), maxLength: 60 });

describe("a tokenizer", () => {
  it.each([
    ["bytes", undefined],
    ["characters", [...new Set("abc xyz\n,.é𝄞“”<|endoftext|> the1984")].sort().join("")],
    ["gpt2", undefined],
  ] as const)("of %s gives back every text from its tokens, whole numbers below its size", async (tokenizer, vocabulary) => {
    const { size, encode, decode } = await tokenizerOf({
      kind: "text",
      tokenizer,
      ...(vocabulary === undefined ? {} : { vocabulary }),
    });
    fc.assert(
      fc.property(text, (written) => {
        const tokens = encode(written);
        expect(decode(tokens)).toBe(written);
        expect(tokens.every((token) => token >= 0 && token < size)).toBe(true);
      }),
    );
  });

  it("of GPT-2 has the tokens that were published", async () => {
    const { size, encode } = await tokenizerOf({ kind: "text", tokenizer: "gpt2" });
    expect(size).toBe(50_257);
    expect([...encode("Hello, world! This is GPT-2.")]).toEqual([15496, 11, 995, 0, 770, 318, 402, 11571, 12, 17, 13]);
  });

  it("of characters refuses another by its place", async () => {
    const { encode } = await tokenizerOf({ kind: "text", tokenizer: "characters", vocabulary: "ab" });
    expect(() => encode("abca")).toThrow(new DataError('character 3: expected one of the 2 that are known, got "c"'));
  });
});
