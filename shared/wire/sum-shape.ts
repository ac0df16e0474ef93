import type { Phase } from "../sum/merge-rule.ts";

/** What both sides know of a phase's sums, and need not send. */
export interface SumShape {
  /** Coordinates. */
  readonly length: number;
  /** Whether summands travel side by side, one for each contributor. */
  readonly isGathered: boolean;
  /** Numbers of the model's statistics beside the sum. */
  readonly statistics: number;
}

/** The shape of each phase of a scheme. The last brings the statistics. */
export function sumShapesOf(phases: readonly Phase[], statistics = 0): SumShape[] {
  return phases.map(({ length, merge }, phase) => ({
    length,
    isGathered: merge.kind === "gather",
    statistics: phase === phases.length - 1 ? statistics : 0,
  }));
}
