import { UsageError } from "../support/exit.ts";
import type { Cell } from "./cell.ts";
import { cellInWords } from "./cell-in-words.ts";
import type { LabRow } from "./lab-row.ts";

/** What the runs of one arm came to, at its best rate. */
export interface TableLine {
  readonly type: "arm";
  readonly name: string;
  readonly metric: string;
  /** The rate whose mean is best, of those that were tried. */
  readonly rate: number;
  /** Runs at that rate. */
  readonly seeds: number;
  /** How many of them diverged: they do not count in the means. */
  readonly diverged: number;
  /** Mean over seeds of the metric at the end; null: all diverged. */
  readonly mean: number | null;
  /** Standard deviation over seeds, n − 1 below; null for less than two. */
  readonly deviation: number | null;
  /** Mean over seeds of the best test of each run. */
  readonly best: number | null;
  /** Means of what a worker sent and computed in all. */
  readonly bytes: number;
  readonly gradients: number;
}

/** Metrics of which more is better. */
const rising = ["accuracy"];

/** A line for each arm, in the order of the rows. @throws {UsageError} if no run has the metric */
export function tableOf(rows: readonly LabRow[], varied: readonly (keyof Cell)[], wanted: string | null): readonly TableLine[] {
  const metric = wanted ?? usualMetric(rows);
  const names = [
    ...new Set(Object.keys(Object.assign({}, ...rows.flatMap(({ points }) => points.map((point) => point.metrics))))),
  ];
  if (names.length > 0 && !names.includes(metric))
    throw new UsageError(`--metric: expected one of ${names.join(", ")}, got ${metric}`);
  const sign = rising.includes(metric) ? 1 : -1;
  const arms = grouped(rows, (row) => cellInWords(row, varied, ["seed", "rate"]));
  return [...arms].map(([name, ofArm]) => {
    const lines = [...grouped(ofArm, ({ cell }) => cell.rate)].map(([rate, same]) => lineOf(name, rate, same, metric));
    return lines.reduce((best, line) => (value(line, sign) > value(best, sign) ? line : best));
  });
}

function lineOf(name: string, rate: number, rows: readonly LabRow[], metric: string): TableLine {
  const sign = rising.includes(metric) ? 1 : -1;
  const whole = rows.filter(({ divergedIn }) => divergedIn === null);
  const ends = whole.map(({ points }) => points.at(-1)!.metrics[metric]!);
  const bests = whole.map(({ points }) => sign * Math.max(...points.map((point) => sign * point.metrics[metric]!)));
  const mean = ends.length === 0 ? null : meanOf(ends);
  return {
    ...{ type: "arm", name, metric, rate, seeds: rows.length, diverged: rows.length - whole.length, mean },
    deviation:
      mean === null || ends.length < 2
        ? null
        : Math.sqrt(ends.reduce((sum, end) => sum + (end - mean) ** 2, 0) / (ends.length - 1)),
    best: bests.length === 0 ? null : meanOf(bests),
    bytes: whole.length === 0 ? 0 : meanOf(whole.map(({ points }) => points.at(-1)!.bytes)),
    gradients: whole.length === 0 ? 0 : meanOf(whole.map(({ points }) => points.at(-1)!.gradients)),
  };
}

function usualMetric(rows: readonly LabRow[]): string {
  return rows.some(({ points }) => points.some(({ metrics }) => "accuracy" in metrics)) ? "accuracy" : "loss";
}

/** A line whose runs all diverged is worse than any. */
function value({ mean }: TableLine, sign: number): number {
  return mean === null ? Number.NEGATIVE_INFINITY : sign * mean;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

function grouped<K>(rows: readonly LabRow[], keyOf: (row: LabRow) => K): ReadonlyMap<K, readonly LabRow[]> {
  const groups = new Map<K, LabRow[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}
