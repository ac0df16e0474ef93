import { noStatistics, requireSample, type Samples } from "./samples.ts";

export interface TokenText {
  readonly tokens: Uint16Array | Int32Array | Uint8Array;
  /** T: tokens that a model sees at once. */
  readonly context: number;
  /** Tokens from one sample's beginning to the next one's: 1 takes every place of the text, T each token once. */
  readonly stride: number;
}

/** Windows of T tokens, the targets of which are the same tokens one further: sample i begins at token i · stride. */
export function tokenSamples({ tokens, context, stride }: TokenText): Samples {
  const count = Math.max(0, Math.floor((tokens.length - 1 - context) / stride) + 1);
  return {
    count,
    statistics: noStatistics,
    gather(batch) {
      const inputs = new Int32Array(batch.length * context);
      const targets = new Int32Array(batch.length * context);
      for (let i = 0; i < batch.length; i += 1) {
        const from = requireSample(batch[i]!, count) * stride;
        inputs.set(tokens.subarray(from, from + context), i * context);
        targets.set(tokens.subarray(from + 1, from + 1 + context), i * context);
      }
      return { inputs, targets };
    },
  };
}
