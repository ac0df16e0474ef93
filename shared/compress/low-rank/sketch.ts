import type { State } from "../../vector/update.ts";
import { defineMethod } from "../method.ts";
import type { Compressor } from "../types.ts";
import { rangeProjection } from "./range-projection.ts";
import { rankParameter } from "./rank.ts";

type Nothing = Record<never, never> & State;

/**
 * The randomized range finder (Halko, Martinsson, Tropp 2011) on the sum: Ω is drawn afresh each round, alike on all peers,
 *
 *     P̂ = orth(ΣM_i Ω),   R_i = M_iᵀP̂,   sum = P̂ (ΣR_i)ᵀ
 *
 * PowerSGD without state between rounds; no direction is left out in every round. In expectation the sum
 * keeps at least r / min(m, n) of its ‖·‖²; contractive for the sum only, not for each peer: inside EF21 that bound is not proven.
 * (m + n)r numbers for an m × n matrix, in two sums of the tree: one alone could not be projected onto its own range.
 */
export function sketch(rank: number): Compressor<Nothing, Nothing> {
  return rangeProjection<Nothing>(rank, {
    purpose: "sketch",
    init: () => ({}),
    basis: (_replicated, length) => new Float32Array(length),
    next: () => ({}),
  });
}

export const sketchMethod = defineMethod({
  name: "sketch",
  kind: "compressor",
  parameters: { r: rankParameter },
  example: "sketch(2)",
  summary: "Describes each weight matrix of the sum by a few patterns, looked for afresh each round.",
  law: "E‖C − Σx‖² ≤ (1 − r/min(m, n))‖Σx‖²",
  source: "Halko, Martinsson, Tropp 2011, on the sum",
  build: ({ r }) => sketch(r),
});
