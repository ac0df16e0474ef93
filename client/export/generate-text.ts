import * as tf from "@tensorflow/tfjs-core";
import { seeded } from "../../shared/base/random.ts";
import { tokenizerOf } from "../data/tokenizers/tokenizer-of.ts";
import { planOf } from "../models/plan/plan.ts";
import { ExportError } from "./export-error.ts";
import type { SavedModel } from "./open-model.ts";

export interface GenerateOptions {
  /** Tokens to write. */
  readonly tokens: number;
  /** T: logits are divided by it; 0 takes the likeliest token each time. */
  readonly temperature: number;
  /** Same seed, same text. */
  readonly seed: number;
}

/**
 * Writes on from a prompt: of the model's logits at the last place, softmax(z / T) is drawn from, token by token, each seeing at most
 * the context before it. Returns prompt and text. Runs on the current tfjs backend.
 * @throws {ExportError} (as a rejection) if the model is none of language, or the prompt is empty or longer than its context
 * @throws {DataError} (as a rejection) by its place, if a character of the prompt is not in the vocabulary
 */
export async function generateText(saved: SavedModel, prompt: string, options: GenerateOptions): Promise<string> {
  const { model, record, schema, context } = saved;
  if (context === null) throw new ExportError(`model: expected one of language, got one of the task ${record.task}`);
  const tokenizer = await tokenizerOf(schema);
  const tokens = [...tokenizer.encode(prompt)];
  if (tokens.length === 0) throw new ExportError("prompt: expected at least one token, got none");
  if (tokens.length > context)
    throw new ExportError(`prompt: expected at most ${context} tokens, as many as the model sees at once, got ${tokens.length}`);
  const rng = seeded(options.seed, "generate");
  const forward = planOf(model);
  for (let written = 0; written < options.tokens; written += 1) {
    const seen = tokens.slice(-context);
    const logits = tf.tidy(() => {
      const all = forward(tf.tensor2d([seen], [1, seen.length], "int32"), false) as tf.Tensor3D;
      return tf.reshape(tf.slice(all, [0, seen.length - 1, 0], [1, 1, -1]), [-1]);
    });
    try {
      tokens.push(drawToken(await logits.data<"float32">(), options.temperature, rng.uniform()));
    } finally {
      logits.dispose();
    }
  }
  return tokenizer.decode(tokens);
}

/** The token at which the sums of softmax(z / T) pass u, from 0 to 1; of temperature 0 the likeliest. */
export function drawToken(logits: ArrayLike<number>, temperature: number, u: number): number {
  let greatest = 0;
  for (let i = 1; i < logits.length; i += 1) if (logits[i]! > logits[greatest]!) greatest = i;
  if (temperature === 0) return greatest;
  const weights = Array.from(logits, (logit) => Math.exp((logit - logits[greatest]!) / temperature));
  let left = u * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [token, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return token;
  }
  return greatest;
}
