import type { Axis, Line, Panel } from "../support/chart.ts";
import type { Cell } from "./cell.ts";
import { cellInWords } from "./cell-in-words.ts";
import type { LabPoint, LabRow } from "./lab-row.ts";
import { meanOf, tableOf } from "./table-of.ts";

/** What a curve is drawn against. */
export interface Abscissa {
  readonly title: string;
  readonly scale: Axis["scale"];
  of(point: LabPoint): number;
}

export const abscissas: Readonly<Record<"rounds" | "bytes" | "gradients", Abscissa>> = {
  rounds: { title: "rounds", scale: "linear", of: ({ round }) => round },
  bytes: { title: "bytes that a worker sent", scale: "log", of: ({ bytes }) => bytes },
  gradients: { title: "samples whose gradients a worker computed", scale: "linear", of: ({ gradients }) => gradients },
};

interface CurveOptions {
  readonly against: readonly Abscissa[];
  /** The metric asked for; null: the usual one. */
  readonly wanted: string | null;
}

/** Colours that people with any sight of colours tell apart (Okabe, Ito 2008), and then again, dashed. */
const colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
const strokes = ["solid", "dashed", "dotted", "dash-dot"] as const;

/** A panel for each abscissa, and in it a line for each arm at its best rate: means over the seeds that did not diverge. */
export function curvesOf(
  rows: readonly LabRow[],
  varied: readonly (keyof Cell)[],
  { against, wanted }: CurveOptions,
): { readonly metric: string; readonly panels: readonly (Panel & { readonly x: Axis })[] } {
  const table = tableOf(rows, varied, wanted);
  const metric = table[0]!.metric;
  const panels = against.map(({ title, scale, of }) => {
    const lines = table.map(({ name, rate }, i): Line => {
      const ofArm = rows.filter((row) => cellInWords(row, varied, ["seed", "rate"]) === name && row.cell.rate === rate);
      const whole = ofArm.filter(({ divergedIn }) => divergedIn === null);
      return {
        name,
        points: meanCurve(whole, of, metric),
        color: colors[i % colors.length]!,
        stroke: strokes[Math.floor(i / colors.length) % strokes.length]!,
      };
    });
    return { title: "", lines, x: { title, scale } };
  });
  return { metric, panels };
}

/** Means over runs of x and of the metric at each test that all of them came to. */
function meanCurve(rows: readonly LabRow[], of: (point: LabPoint) => number, metric: string): Line["points"] {
  if (rows.length === 0) return [];
  const length = Math.min(...rows.map(({ points }) => points.length));
  return Array.from({ length }, (_, i) => {
    const points = rows.map((row) => row.points[i]!);
    return [meanOf(points.map(of)), meanOf(points.map(({ metrics }) => metrics[metric]!))];
  });
}
