import { DataError } from "../data/data-set.ts";
import { tokenizerOf } from "../data/tokenizers/tokenizer-of.ts";
import { classed } from "./classed.ts";
import { tokenSamples } from "./samples/token-samples.ts";
import type { Task } from "./task.ts";

/** The next token at each place of a window. Training takes windows from everywhere in a text; testing has each token once. */
export const languageTask: Task = {
  ...classed("language"),
  shape: async (schema, context) => ({ input: [context], outputs: (await tokenizerOf(schema)).size }),
  statistics: () => 0,
  briefly: 8,
  async samples(found, schema, { context, isTest }) {
    if (found.kind !== "text") throw new DataError(`task: expected a text, got data of the kind ${found.kind}`);
    const tokens = (await tokenizerOf(schema)).encode(found.text);
    if (tokens.length <= context)
      throw new DataError(`text: expected more than ${context} tokens, as many as the model sees at once, got ${tokens.length}`);
    return tokenSamples({ tokens, context, stride: isTest ? context : 1 });
  },
};
