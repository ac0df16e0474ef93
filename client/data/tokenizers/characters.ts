import { DataError } from "../data-set.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A token a character of the vocabulary, in its order. */
export function characterTokenizer(vocabulary: string): Tokenizer {
  const characters = [...vocabulary];
  const numbers = new Map(characters.map((character, i) => [character, i]));
  return {
    size: characters.length,
    encode(text) {
      const tokens = new Int32Array(text.length);
      let count = 0;
      for (const character of text) {
        const token = numbers.get(character);
        if (token === undefined)
          throw new DataError(
            `character ${count + 1}: expected one of the ${numbers.size} that are known, got ${JSON.stringify(character)}`,
          );
        tokens[count] = token;
        count += 1;
      }
      return tokens.slice(0, count);
    },
    decode: (tokens) => Array.from(tokens, (token) => characters[token] ?? "\ufffd").join(""),
  };
}
