import type { Layout } from "../../base/layout.ts";
import { mergeUpdates } from "../../sum/merge.ts";
import type { MergeRule } from "../../sum/merge-rule.ts";
import { saturate } from "../../vector/saturate.ts";
import { denseUpdate, entryCount, indicesOf, type State, type Support, type Update, type Values } from "../../vector/update.ts";
import type { SupportSearch } from "../support/support-search.ts";
import type { Context, Exchange, Spread, Stage } from "../types.ts";

/** The class of a sparsifier, and the facts that a quantizer of its values needs. */
interface Kept extends Spread {
  /** Number of values sent. */
  readonly count: number;
  /** Bound of E‖C(x)‖²/‖x‖². */
  readonly energy: number;
}

/** What a sparsifier makes of a vector: the support S, and what the entries on it are multiplied by, one number or one for each; absent: 1. */
export interface Choice {
  readonly support: Support;
  readonly scale?: number | ArrayLike<number>;
}

/** State that a sparsifier makes of totals, the same on every peer; it travels in snapshots. */
export interface FromTotals {
  init(layout: Layout): State;
  next(total: Update, layout: Layout): State;
}

/**
 * Chooses the support of a vector and the weights on it: C(x) = applied(x, select(x)). The two are apart because SCAM selects by one
 * vector and sends another. `local` changes only in `learn` and never leaves the peer.
 */
export interface Sparsifier<Local extends State = State> {
  /**
   * The merge rule of the chosen entries.
   * @param replicated what all peers have learnt by then; absent: nothing
   */
  merge(layout: Layout, stage: Stage, replicated?: State): MergeRule;
  init(layout: Layout): Local;
  /** What all peers learn alike of each total; absent: nothing. */
  readonly fromTotals?: FromTotals;
  /** The sparsifier for numbers that travel in that format; absent: the same for all. */
  inFormat?(format: Values["format"]): Sparsifier<Local>;
  /** Learns from the direction that is about to be compressed; may ask for gradients, never for sums. Absent: nothing to learn. */
  learn?(direction: Float32Array, local: Local, context: Context): Exchange<Local>;
  /** A random support is drawn from this peer's own stream, so it is asked for once a round. */
  select(x: Float32Array, local: Local, context: Context, replicated?: State): Choice;
  /** w, what each coordinate is multiplied by wherever it is chosen; absent: 1, or what `select` says. O(1). */
  weights?(local: Local): Float32Array;
  /** How all peers come to one support, in place of what `select` chooses; absent: each has its own. */
  readonly search?: SupportSearch;
  /** The sparsifier in its place inside an error feedback that keeps what was not sent; absent: the same. */
  readonly inFeedback?: Sparsifier<Local>;
  /** The class of C, if it is known. */
  spread?(layout: Layout, stage: Stage): Kept;
}

/** Chooses every coordinate: with it a quantizer alone is a dense compressor. */
export const everything: Sparsifier = {
  merge: () => ({ kind: "exact" }),
  init: () => ({}),
  select: () => ({ support: { kind: "all" } }),
  spread: ({ length }) => ({ bias: 0, variance: 0, isShared: false, count: length, energy: 1 }),
};

/** The state after `learn`; unchanged if the sparsifier has none. */
export function* learned<Local extends State>(
  sparsifier: Sparsifier<Local>,
  direction: Float32Array,
  local: Local,
  context: Context,
): Exchange<Local> {
  return sparsifier.learn === undefined ? local : yield* sparsifier.learn(direction, local, context);
}

/** The entries of x that were chosen, scaled, as an update. O(k); O(d) for a seeded support. */
export function applied(x: Float32Array, { support, scale = 1 }: Choice): Update {
  const indices = indicesOf({ support, length: x.length });
  if (indices === null) return denseUpdate(x.slice());
  const data = new Float32Array(indices.length);
  for (let j = 0; j < indices.length; j += 1)
    data[j] = saturate((typeof scale === "number" ? scale : scale[j]!) * x[indices[j]!]!);
  return { kind: "column", length: x.length, support, values: { format: "f32", data } };
}

/** a − b, exactly as float32 subtracts; b, what a merge rejected, may lie outside the support of a (it holds what children sent). */
export function difference(a: Update, b: Update): Update {
  if (entryCount(b) === 0) return a;
  const negative = b.values.data.slice();
  for (let j = 0; j < negative.length; j += 1) negative[j] = -negative[j]!;
  return mergeUpdates([a, { ...b, values: { format: "f32", data: negative } }], { kind: "exact" }).sum;
}
