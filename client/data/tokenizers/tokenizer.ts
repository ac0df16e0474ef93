/** Turns a text into whole numbers below `size`, and back. */
export interface Tokenizer {
  readonly size: number;
  /** @throws {DataError} by its place, if a character is not in the vocabulary */
  encode(text: string): Int32Array;
  /** The text of tokens; what cuts a character short is shown as �. */
  decode(tokens: ArrayLike<number>): string;
}
