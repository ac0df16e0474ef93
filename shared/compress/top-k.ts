import { mergeUpdates } from "../aggregate/merge.ts";
import { type State, sparseUpdate, type Update } from "../update.ts";
import type { Amount } from "./amount.ts";
import { countOf } from "./amount.ts";
import { selectLargest } from "./select.ts";
import { type Compressor, reduced } from "./types.ts";

type Nothing = Record<never, never> & State;

/**
 * Keeps the k coordinates of largest |xᵢ| of the whole vector; ties go to the lower index. Summed up the tree with truncation
 * to k at each node (gTop-k, Shi et al. 2019): share = sent − rest, so what an inner merge rejects stays with the merging peer.
 * Contractive with α = k/d: ‖C(x) − x‖² ≤ (1 − k/d)‖x‖² (Stich et al. 2018, Lemma A.1). O(d) by radix select; O(k) bytes.
 */
export function topK(amount: Amount): Compressor<Nothing, Nothing> {
  return {
    init: () => ({ own: {}, common: {} }),
    phases: ({ length }) => [{ merge: { kind: "truncate", keep: countOf(amount, length) }, length }],
    *run(x, own, _common, context) {
      const sent = gather(x, selectLargest(x, countOf(amount, context.layout.length)));
      const { rest } = reduced(yield { kind: "reduce", update: sent });
      return { share: difference(sent, rest), own };
    },
    decode: (totals, common) => ({ sum: totals[0]!, common }),
  };
}

/** The entries of x at `indices`, as an update. */
function gather(x: Float32Array, indices: Uint32Array): Update {
  const data = new Float32Array(indices.length);
  for (let j = 0; j < indices.length; j += 1) data[j] = x[indices[j]!]!;
  return sparseUpdate(x.length, indices, data);
}

/** a − b, exactly as float32 subtracts; `rest` may lie outside the support of `sent` (it holds what children sent). */
function difference(a: Update, b: Update): Update {
  if (b.values.data.length === 0) return a;
  const negative = b.values.data.slice();
  for (let j = 0; j < negative.length; j += 1) negative[j] = -negative[j]!;
  return mergeUpdates([a, { ...b, values: { format: "f32", data: negative } }], { kind: "exact" }).sum;
}
