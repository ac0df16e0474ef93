import { drawToken, type GenerateOptions } from "../../client/export/generate-text.ts";
import { seeded } from "../../shared/base/random.ts";

/** Which character follows which, counted in a text, each pair once more than it occurs (add-1). */
export interface CharacterBigram {
  /** Mean −ln p(next | character) over the pairs of another text of the same characters, in nats. */
  loss(text: string): number;
  /** Draws `length` characters from softmax(ln p / temperature) after the first one; the same for the same seed. */
  write(first: string, length: number, options: Pick<GenerateOptions, "temperature" | "seed">): string;
}

export function characterBigram(text: string): CharacterBigram {
  const vocabulary = [...new Set(text)].sort();
  const numberOf = new Map(vocabulary.map((character, i) => [character, i]));
  const size = vocabulary.length;
  const counts = Array.from({ length: size }, () => new Float64Array(size).fill(1));
  for (let i = 1; i < text.length; i += 1) counts[numberOf.get(text[i - 1]!)!]![numberOf.get(text[i]!)!]! += 1;
  const logs = counts.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => Math.log(count / total));
  });
  return {
    loss(other) {
      let sum = 0;
      for (let i = 1; i < other.length; i += 1) sum -= logs[numberOf.get(other[i - 1]!)!]![numberOf.get(other[i]!)!]!;
      return sum / (other.length - 1);
    },
    write(first, length, { temperature, seed }) {
      const rng = seeded(seed, "bigram");
      let [written, last] = [first, numberOf.get(first)!];
      for (let i = 0; i < length; i += 1) {
        last = drawToken(logs[last]!, temperature, rng.uniform());
        written += vocabulary[last]!;
      }
      return written;
    },
  };
}
