import type { Layout } from "../layout.ts";
import type { State, Update } from "../update.ts";
import { difference } from "./chosen.ts";
import { type Compressor, type Context, type Exchange, reduced, type Stage } from "./types.ts";

/**
 * Where a vector is kept, and by what weight: the part of a compressor that SCAM takes apart, because it selects by one vector
 * and sends another. C(x) = weigh(x, select(x)). `own` changes in `refresh` alone and never leaves the peer.
 */
export interface Sparsifier<Own extends State = State> {
  /** k of d = `length`: how many coordinates each node of the tree passes on. */
  keep(length: number, stage: Stage): number;
  init(layout: Layout): Own;
  /** Learns from the direction that is about to be compressed; may ask for gradients, never for sums. Absent: nothing to learn. */
  refresh?(direction: Float32Array, own: Own, context: Context): Exchange<Own>;
  /** The support S: k indices, ascending. Draws, if it draws, from this peer's own stream: ask once a round. */
  select(x: Float32Array, own: Own, context: Context): Uint32Array;
  /** What is sent of x on S, with the weights in it. */
  weigh(x: Float32Array, support: Uint32Array, own: Own): Update;
}

/** A sparsifier as a compressor: it learns from, selects by and sends the same x; share = sent − rest. O(d), O(k) bytes. */
export function sparse<Own extends State>(sparsifier: Sparsifier<Own>): Compressor<Own, Record<never, never> & State> {
  return {
    init: (layout) => ({ own: sparsifier.init(layout), common: {} }),
    phases: ({ length }, stage) => [{ merge: { kind: "truncate", keep: sparsifier.keep(length, stage) }, length }],
    *run(x, own, _common, context) {
      const learnt = yield* learn(sparsifier, x, own, context);
      const sent = sparsifier.weigh(x, sparsifier.select(x, learnt, context), learnt);
      const { rest } = reduced(yield { kind: "reduce", update: sent });
      return { share: difference(sent, rest), own: learnt };
    },
    decode: (totals, common) => ({ sum: totals[0]!, common }),
  };
}

/** The state after this round's refresh. */
export function* learn<Own extends State>(
  sparsifier: Sparsifier<Own>,
  direction: Float32Array,
  own: Own,
  context: Context,
): Exchange<Own> {
  return sparsifier.refresh === undefined ? own : yield* sparsifier.refresh(direction, own, context);
}
