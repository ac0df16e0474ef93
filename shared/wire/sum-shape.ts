import type { MergeRule, Phase } from "../sum/merge-rule.ts";

/** What both sides know of a phase's sums, and need not send. */
export interface SumShape {
  /** Coordinates. */
  readonly length: number;
  /** Whether summands travel side by side, one for each contributor. */
  readonly isGathered: boolean;
  /** Numbers of the model's statistics beside the sum. */
  readonly statistics: number;
  /** The most places that a summand may name without values; absent: none. */
  readonly places?: number;
}

/**
 * The shape of each phase of a scheme. The last brings the statistics.
 * @param phases those of the first round, whose sums have the most entries
 */
export function sumShapesOf(phases: readonly Phase[], statistics = 0): SumShape[] {
  return phases.map(({ length, merge }, phase) => ({
    length,
    isGathered: merge.kind === "gather",
    statistics: phase === phases.length - 1 ? statistics : 0,
    ...(merge.places === undefined ? {} : { places: mostEntries(merge, length) }),
  }));
}

/** The most entries that a node passes on: at the first stage there is no later one with more. */
function mostEntries(merge: MergeRule, length: number): number {
  if (merge.kind === "truncate") return merge.keep;
  return merge.kind === "truncate-blocks" ? merge.blocks.reduce((sum, { keep }) => sum + keep, 0) : length;
}
