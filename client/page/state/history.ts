import type { RoundReport } from "../../../shared/run/report.ts";
import { headlineOf } from "../../base/metric-text.ts";

/** A round in the charts: its training loss, and the test of the model after it. */
export interface HistoryPoint extends Pick<RoundReport, "trainingLoss" | "loss"> {
  /** The metric that says best how good the model is; null where it was not tested. */
  readonly headline: number | null;
  /** 0: the initial model. */
  readonly round: number;
}

/** The rounds so far, thinned so that a run of any length takes bounded memory. */
export interface History {
  /** Rounds that are multiples of this are kept, and the newest. A power of two. */
  readonly stride: number;
  /** In ascending order of rounds. */
  readonly points: readonly HistoryPoint[];
}

export const emptyHistory: History = { stride: 1, points: [] };

/** Twice the pixels of the widest chart: more points could not be seen. */
export const historyLimit = 2000;

/**
 * Adds a round. Its test is of the model that it started from, so it belongs to the round before. Rounds at or after it are dropped
 * first, because a round that is reported again replaces one that was undone. Past `historyLimit` points the stride doubles.
 * Amortised O(points) a round.
 */
export function recordRound(
  history: History,
  report: Pick<RoundReport, "round" | "evaluated" | "trainingLoss" | "metrics">,
): History {
  const { round, evaluated, trainingLoss, metrics } = report;
  const kept = history.points.filter((old) => old.round < round);
  const points = headlineOf(metrics) === null ? kept : withTest(kept, { round: evaluated, metrics });
  const before = points.at(-1);
  if (before !== undefined && before.round % history.stride !== 0) points.pop();
  const point: HistoryPoint = { round, trainingLoss, loss: null, headline: null };
  points.push(point);
  if (points.length <= historyLimit) return { stride: history.stride, points };
  const stride = history.stride * 2;
  return { stride, points: points.filter((old) => old === point || old.round % stride === 0) };
}

type Test = Pick<RoundReport, "round" | "metrics">;

/** Adds the test of the newest model. */
export function recordTest(history: History, test: Test): History {
  return { ...history, points: withTest(history.points, test) };
}

/** The points with the test of a model that is the newest of them, or newer. */
function withTest(points: readonly HistoryPoint[], { round, metrics }: Test): HistoryPoint[] {
  const [loss, headline] = [metrics["loss"] ?? null, headlineOf(metrics)?.mean ?? null];
  const newest = points.at(-1);
  if (newest?.round === round) return [...points.slice(0, -1), { ...newest, loss, headline }];
  return newest !== undefined && newest.round > round ? [...points] : [...points, { round, trainingLoss: null, loss, headline }];
}
