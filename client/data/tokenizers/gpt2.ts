import type { Tokenizer } from "./tokenizer.ts";

/** GPT-2's byte-pair encoding (Radford et al. 2019): any text, 50,257 tokens. Loads the package with its merges, about 0.5 MB. */
export async function gpt2Tokenizer(): Promise<Tokenizer> {
  const { encode, decode } = await import("gpt-tokenizer/encoding/gpt2");
  return {
    size: 50_257,
    // "<|endoftext|>" in a text is text.
    encode: (text) => Int32Array.from(encode(text, { disallowedSpecial: new Set() })),
    decode: (tokens) => decode(Array.from(tokens)),
  };
}
