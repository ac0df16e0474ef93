import type { Update, Values } from "../vector/update.ts";
import type { FactorSlots } from "./factor-slots.ts";

/**
 * How the peers of a tree add up one phase. Every peer knows it, so that one without a contribution can sum for others.
 *
 * | kind | a node passes on | it keeps |
 * |---|---|---|
 * | `exact` | every coordinate of its sum | nothing |
 * | `truncate` | the `keep` largest entries (gTop-k) | the others; nothing if it `loses` them, as gTop-k was published |
 * | `truncate-blocks` | the `keep` largest of each block | the same |
 * | `truncate-cost` | the largest by value²/cost, the cost that of their block, until their costs reach the budget; or those of `truncate-blocks`, if their squares are more | the same |
 * | `recompress` | a sum of low-rank matrices of bounded rank | what exceeds that rank |
 * | `gather` | every summand, none added | nothing |
 *
 * `format`: the format of the numbers that a node passes on; it keeps what they lose by rounding to it.
 * `places`: only where entries are not 0 is passed on, by each node, or by the root down the tree: for sums that find where to send.
 */
export type MergeRule = (
  | { readonly kind: "exact" }
  | { readonly kind: "truncate"; readonly keep: number; readonly loses?: boolean }
  | { readonly kind: "truncate-blocks"; readonly blocks: readonly Block[]; readonly loses?: boolean }
  | { readonly kind: "truncate-cost"; readonly blocks: readonly CostBlock[]; readonly budget: number; readonly loses?: boolean }
  | { readonly kind: "recompress"; readonly plan: FactorSlots }
  | { readonly kind: "gather" }
) & { readonly format?: Values["format"]; readonly places?: "each" | "total" };

/** The coordinates from the end of the block before to `end`, exclusive, of which `keep` travel. Together they cover all. */
export interface Block {
  readonly end: number;
  readonly keep: number;
}

/** A block whose entries have a cost each, a whole number from 1. */
export interface CostBlock extends Block {
  readonly cost: number;
}

/** Whether a node passes on a part of its sum by the size of entries. */
export function isTruncating({ kind }: MergeRule): boolean {
  return kind === "truncate" || kind === "truncate-blocks" || kind === "truncate-cost";
}

/** One tree sum of a scheme. */
export interface Phase {
  readonly merge: MergeRule;
  /** Coordinates of its summands: d, but for the factors of a low-rank method. */
  readonly length: number;
  /** What a merge rejected, where it lies in the vector of d, by the totals of the phases before; absent: it lies there already. */
  readonly place?: (rest: Update, before: readonly Update[]) => Update;
}
