import type { Tokenizer } from "./tokenizer.ts";

/** A token a byte of UTF-8: no vocabulary, any text. */
export const byteTokenizer: Tokenizer = {
  size: 256,
  encode: (text) => Int32Array.from(new TextEncoder().encode(text)),
  decode: (tokens) => new TextDecoder().decode(Uint8Array.from(tokens)),
};
