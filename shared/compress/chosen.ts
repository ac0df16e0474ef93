import { mergeUpdates } from "../aggregate/merge.ts";
import type { Layout } from "../layout.ts";
import type { Rng } from "../random.ts";
import { denseUpdate, entryCount, type State, sparseUpdate, type Update } from "../update.ts";
import type { Arguments } from "./arguments.ts";
import { type Compressor, type Context, type MergeRule, reduced, type Stage } from "./types.ts";

type Nothing = Record<never, never> & State;

/** Chooses coordinates: where a compressor sends something, and what. */
export interface Chooser {
  /** How the tree adds what is chosen. */
  merge(layout: Layout, stage: Stage): MergeRule;
  /** The chosen entries of x, in numbers of their own. */
  choose(x: Float32Array, context: Context): Update;
}

/** Coarsens numbers: the values as the receiver will read them, of the same count, finite for finite ones. Does not write to `values`. */
export type Quantiser = (values: Float32Array, rng: Rng) => Float32Array;

/** Values that a quantiser takes together: with more, one outlier silences too many. */
const mostBlock = 65_536;

/** How many values a quantiser takes together: the argument of that name. */
export function blockIn(given: Arguments, name: string): number {
  return given.integer(name, { fallback: 128, min: 1, max: mostBlock });
}

/** Every value as it is. */
export const unquantised: Quantiser = (values) => values;

/** Every coordinate: makes a dense compressor of a quantiser alone. */
export const everything: Chooser = {
  merge: () => ({ kind: "exact" }),
  choose: (x) => denseUpdate(x.slice()),
};

/**
 * A sparsifier S, its values through a quantiser Q: sent = Q(S(x)), share = sent − rest. What quantisation distorts and what
 * inner merges reject is thus outside the share: the error feedback around it keeps both. Law: Σ_peers share = total.
 */
export function chosen(chooser: Chooser, quantise: Quantiser): Compressor<Nothing, Nothing> {
  return {
    init: () => ({ own: {}, common: {} }),
    phases: (layout, stage) => [{ merge: chooser.merge(layout, stage), length: layout.length }],
    *run(x, own, _common, context) {
      const selection = chooser.choose(x, context);
      const data = quantise(selection.values.data, context.rng);
      const sent: Update = { ...selection, values: { format: "f32", data } };
      const { rest } = reduced(yield { kind: "reduce", update: sent });
      return { share: difference(sent, rest), own };
    },
    decode: (totals, common) => ({ sum: totals[0]!, common }),
  };
}

/** The entries of x at `indices`, as an update. O(k). */
export function gather(x: Float32Array, indices: Uint32Array): Update {
  const data = new Float32Array(indices.length);
  for (let j = 0; j < indices.length; j += 1) data[j] = x[indices[j]!]!;
  return sparseUpdate(x.length, indices, data);
}

/** a − b, exactly as float32 subtracts; `rest` may lie outside the support of `sent` (it holds what children sent). */
export function difference(a: Update, b: Update): Update {
  if (entryCount(b) === 0) return a;
  const negative = b.values.data.slice();
  for (let j = 0; j < negative.length; j += 1) negative[j] = -negative[j]!;
  return mergeUpdates([a, { ...b, values: { format: "f32", data: negative } }], { kind: "exact" }).sum;
}
