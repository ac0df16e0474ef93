import type { Phase } from "../sum/merge-rule.ts";

/** What both sides know of a phase's sums, and need not send. */
export interface SumShape {
  /** Coordinates. */
  readonly length: number;
  /** Whether summands travel side by side, one for each contributor. */
  readonly isGathered: boolean;
}

/** The shape of each phase of a scheme. */
export function sumShapesOf(phases: readonly Phase[]): SumShape[] {
  return phases.map(({ length, merge }) => ({ length, isGathered: merge.kind === "gather" }));
}
