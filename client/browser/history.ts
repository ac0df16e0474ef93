import type { RoundReport } from "../../shared/training/report.ts";

/** What the charts show of one round. */
export type HistoryPoint = Pick<RoundReport, "round" | "trainingLoss" | "loss" | "accuracy">;

/** The rounds so far, thinned so that a run of any length takes bounded memory. */
export interface History {
  /** Only rounds that are multiples of it are kept, and the newest. A power of two. */
  readonly stride: number;
  /** In ascending order of rounds. */
  readonly points: readonly HistoryPoint[];
}

export const emptyHistory: History = { stride: 1, points: [] };

/** Twice the pixels of the widest chart: more points could not be seen. */
export const historyLimit = 2000;

/**
 * Adds a round. Rounds at or after it are dropped first, because a round that comes again replaces what was undone.
 * Past `historyLimit` points the stride doubles. Amortised O(points) a round.
 */
export function recordRound(history: History, point: HistoryPoint): History {
  const points = history.points.filter((old) => old.round < point.round);
  const newest = points.at(-1);
  if (newest !== undefined && newest.round % history.stride !== 0) points.pop();
  points.push(point);
  if (points.length <= historyLimit) return { stride: history.stride, points };
  const stride = history.stride * 2;
  return { stride, points: points.filter((kept) => kept === point || kept.round % stride === 0) };
}
