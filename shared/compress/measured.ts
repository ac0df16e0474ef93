import { indicesOf, type State, type Update } from "../vector/update.ts";
import type { Compressor, Scheme } from "./types.ts";

/** Called with α̂ of each compression that counted. */
export type Probe = (alpha: number) => void;

/**
 * α̂ = 1 − ‖C(x) − x‖²/‖x‖²: the fraction of x's energy that C keeps, which bounds the rate of error feedback. 1 for x = 0. O(d).
 */
export function contractionOf(x: Float32Array, { support, length, values }: Update): number {
  let energy = 0;
  for (let i = 0; i < x.length; i += 1) energy += x[i]! * x[i]!;
  if (energy === 0) return 1;
  const indices = indicesOf({ support, length });
  let left = energy;
  for (let j = 0; j < values.data.length; j += 1) {
    const value = x[indices === null ? j : indices[j]!]!;
    left += (value - values.data[j]!) ** 2 - value * value;
  }
  return 1 - left / energy;
}

/** The compressor, with α̂ of each delivered update reported: after rounding, and less what its merge rejected. */
export function measured<Local extends State, Replicated extends State>(
  compressor: Compressor<Local, Replicated>,
  probe: Probe,
): Compressor<Local, Replicated> {
  return {
    ...compressor,
    *run(x, local, replicated, context) {
      const result = yield* compressor.run(x, local, replicated, context);
      probe(contractionOf(x, result.delivered));
      return result;
    },
  };
}

/** The scheme, with α̂ of each delivered update reported: for a feedback that selects by another vector than it sends. */
export function measuredScheme<Local extends State, Replicated extends State>(
  scheme: Scheme<Local, Replicated>,
  probe: Probe,
): Scheme<Local, Replicated> {
  return {
    ...scheme,
    *encode(x, local, replicated, context) {
      const encoded = yield* scheme.encode(x, local, replicated, context);
      probe(contractionOf(x, encoded.delivered));
      return encoded;
    },
  };
}
