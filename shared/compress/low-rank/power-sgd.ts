import type { State } from "../../vector/update.ts";
import { defineMethod } from "../method.ts";
import type { Compressor } from "../types.ts";
import { rangeProjection } from "./range-projection.ts";
import { rankParameter } from "./rank.ts";

/** ΣMᵀP̂ of the last round, matrix after matrix: the start of the next round. */
type Warm = { readonly basis: Float32Array };

/**
 * PowerSGD (Vogels, Karimireddy, Jaggi 2019): one step of subspace iteration a round, started from the last round's right side,
 * which all peers hold alike:
 *
 *     Q = orth(basis),   P̂ = orth(ΣM_i Q),   R_i = M_iᵀP̂,   sum = P̂ (ΣR_i)ᵀ,   basis ← ΣR_i
 *
 * Q is orthonormalized too (the range is the same, the columns stay apart in float32), and a column that vanished is drawn
 * afresh. A fixed ΣM is approached by its best approximation of rank r. An orthogonal projection of the sum, so ‖C − ΣM‖² =
 * ‖ΣM‖² − ‖C‖²; contractive for the sum only, not for each peer: inside EF21 that bound is not proven.
 * (m + n)r numbers for an m × n matrix, in two sums of the tree; see `rangeProjection` for what travels when.
 */
export function powerSgd(rank: number): Compressor<Record<never, never> & State, Warm> {
  return rangeProjection<Warm>(rank, {
    purpose: "powersgd",
    init: (length) => ({ basis: new Float32Array(length) }),
    basis: ({ basis }) => basis,
    next: (total) => ({ basis: total }),
  });
}

export const powerSgdMethod = defineMethod({
  name: "powersgd",
  kind: "compressor",
  parameters: { r: rankParameter },
  example: "powersgd(2)",
  summary: "Describes each weight matrix of the sum by a few patterns, and starts from those of the last round.",
  law: "‖C − Σx‖² = ‖Σx‖² − ‖C‖²",
  source: "Vogels, Karimireddy, Jaggi 2019",
  build: ({ r }) => powerSgd(r),
});
