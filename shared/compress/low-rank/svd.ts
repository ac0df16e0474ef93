import { packed, slotsOf, termsOf, unfolded } from "../../sum/factor-slots.ts";
import { matrixIn, planMatrices, stacked } from "../../sum/matrices.ts";
import { orthonormal } from "../../vector/linear-algebra/orthonormal.ts";
import { roundInto } from "../../vector/linear-algebra/products.ts";
import { dense, truncatedSvd } from "../../vector/linear-algebra/truncated-svd.ts";
import { addInto, denseUpdate, entryCount, type State, toDense } from "../../vector/update.ts";
import { defineMethod } from "../method.ts";
import { type Compressor, reduced } from "../types.ts";
import { rankParameter } from "./rank.ts";

/** V of this peer's last round, n × r for each matrix, one after the other: the start of the next round. */
type Warm = { readonly directions: Float32Array };

/**
 * Each peer sends the leading r singular directions of each of its own matrices, by the randomized SVD: (QŨ)_r and (ΣVᵀ)_r,
 * (m + n)r numbers for an m × n matrix. After the first round V of the last one is the start, beside 4 columns drawn afresh, and
 * there is no power step: two products with M in place of four. Tensors that do not pay travel raw, as with PowerSGD. Contractive
 * for each peer, with α = ‖Σ_r‖²/‖M‖² ≥ r/min(m, n) (the exact SVD), so that EF21's theory holds. Sums up the tree do not stay of
 * rank r: see `mergeFactors`; delivered = sent − rest, so what a merge rejects stays with the merging peer. O(mn(r + 4)) time.
 */
export function svd(rank: number): Compressor<Warm, Record<never, never> & State> {
  return {
    init: (layout) => ({ local: { directions: new Float32Array(planMatrices(layout, rank).rightLength) }, replicated: {} }),
    phases(layout) {
      const plan = slotsOf(layout, rank);
      return [{ merge: { kind: "recompress", plan }, length: plan.length }];
    },
    *run(x, local, _replicated, context) {
      const plan = slotsOf(context.layout, rank);
      const heights = plan.matrices.map(({ columns }) => columns);
      const starts = stacked(local.directions, heights, rank);
      const directions = new Float32Array(local.directions.length);
      const next = stacked(directions, heights, rank);
      const terms = plan.matrices.map((spec, i) => {
        const start = starts[i]!.data.some((value) => value !== 0) ? starts[i]! : undefined;
        const { left, right } = truncatedSvd(dense(matrixIn(x, spec)), rank, () => context.rng.normal(), start);
        roundInto(next[i]!.data, orthonormal(right).data);
        return termsOf(left, right);
      });
      const sent = packed(plan, terms, x);
      const { rest } = reduced(yield { kind: "reduce", update: sent });
      const delivered = unfolded(plan, toDense(sent));
      if (entryCount(rest) > 0) addInto(delivered, rest, -1);
      return { delivered: denseUpdate(delivered), local: { ...local, directions } };
    },
    decode(totals, replicated, { layout }) {
      return { sum: denseUpdate(unfolded(slotsOf(layout, rank), toDense(totals[0]!))), replicated };
    },
  };
}

export const svdMethod = defineMethod({
  name: "svd",
  kind: "compressor",
  parameters: { r: rankParameter },
  example: "svd(2)",
  summary: "Sends the few strongest patterns of each of a peer's weight matrices.",
  law: "‖C(x) − x‖² ≤ (1 − r/min(m, n))‖x‖² (exact SVD)",
  source: "Halko, Martinsson, Tropp 2011, started from the last round; recompressed at merges",
  build: ({ r }) => svd(r),
});
