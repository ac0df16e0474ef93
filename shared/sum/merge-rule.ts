import type { Values } from "../vector/update.ts";
import type { FactorSlots } from "./factor-slots.ts";

/**
 * How the peers of a tree add up one phase: `exact` keeps every coordinate; `truncate` keeps the `keep` largest of each
 * node's sum, and the node itself keeps the rest (gTop-k with the in-network residual); `truncate-blocks` does so in each
 * block of coordinates by itself; `recompress` adds sums of low-rank matrices, and the node keeps what exceeds their rank;
 * `gather` adds nothing on the way: every peer gets every summand. `loses`: what a truncation rejects is nobody's, as gTop-k was
 * published. `format`: of the numbers that a node passes on; it keeps what they lose by it. Public: a peer that has nothing of
 * its own to give still knows how to sum for others.
 */
export type MergeRule = (
  | { readonly kind: "exact" }
  | { readonly kind: "truncate"; readonly keep: number; readonly loses?: boolean }
  | { readonly kind: "truncate-blocks"; readonly blocks: readonly Block[]; readonly loses?: boolean }
  | { readonly kind: "recompress"; readonly plan: FactorSlots }
  | { readonly kind: "gather" }
) & { readonly format?: Values["format"] };

/** The coordinates from the end of the block before to `end`, exclusive, of which `keep` travel. Together they cover all. */
export interface Block {
  readonly end: number;
  readonly keep: number;
}

/** One tree sum of a scheme: how it is merged, and how many coordinates its updates have (d, but for the factors of a low-rank method). */
export interface Phase {
  readonly merge: MergeRule;
  readonly length: number;
}
