import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { HistoryPoint } from "../state/history.ts";

/** One line of a chart. */
interface ChartLine {
  readonly name: string;
  readonly of: (point: HistoryPoint) => number | null;
  /** The custom property of its color, so that the line follows the color scheme. */
  readonly color: `--${string}`;
  readonly dashed: boolean;
}

export interface ChartOptions {
  readonly lines: readonly ChartLine[];
  readonly axis: string;
  readonly formatValue: (value: number) => string;
  /** A shorter form, for the vertical axis. */
  readonly formatTick: (value: number) => string;
  /** The vertical scale for values between `low` and `high`. */
  readonly range: (low: number, high: number) => [number, number];
}

export interface Chart {
  /** Shows these points at the next animation frame; nothing is drawn while the page is hidden. */
  draw(points: readonly HistoryPoint[]): void;
  close(): void;
}

const heightPx = 200;
/** Least width of an axis's numbers in px, so that most charts begin at the same place; and the gap beside them. */
const minTickWidthPx = 30;
const tickGapPx = 4;

/** Draws lines over rounds into a box, as wide as the box is and in the page's current colors. */
export function mountChart(box: HTMLElement, options: ChartOptions): Chart {
  let points: readonly HistoryPoint[] = [];
  let frame = 0;
  let plot = createPlot(box, options, []);
  const schedule = (): void => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      plot.setData(dataOf(points, options.lines));
    });
  };
  const recolor = (): void => {
    plot.destroy();
    plot = createPlot(box, options, points);
  };
  const resized = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: heightPx }));
  resized.observe(box);
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  darkness.addEventListener("change", recolor);
  return {
    draw: (next) => {
      points = next;
      schedule();
    },
    close: () => {
      cancelAnimationFrame(frame);
      resized.disconnect();
      darkness.removeEventListener("change", recolor);
      plot.destroy();
    },
  };
}

function createPlot(box: HTMLElement, options: ChartOptions, points: readonly HistoryPoint[]): uPlot {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const axis = (label: string, size: uPlot.Axis["size"] & {}): uPlot.Axis => ({
    label,
    labelSize: 18,
    labelGap: 0,
    labelFont: font,
    size,
    gap: tickGapPx,
    font,
    stroke: color("--muted"),
    grid: { stroke: color("--line"), width: 1 },
    ticks: { show: false },
  });
  const series: uPlot.Series[] = options.lines.map((line) => ({
    stroke: color(line.color),
    width: 2,
    spanGaps: true,
    points: { show: (_, __, first, last) => last - first < 2 },
    ...(line.dashed ? { dash: [5, 4] } : {}),
  }));
  return new uPlot(
    {
      width: box.clientWidth,
      height: heightPx,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, low, high) => [low ?? 0, Math.max(high ?? 0, (low ?? 0) + 4)] },
        y: { range: (_, low, high) => options.range(low ?? 0, high ?? 1) },
      },
      axes: [
        { ...axis("round", 26), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000] },
        {
          ...axis(options.axis, (plot, ticks) => widthOfTicks(plot, ticks, font)),
          values: (_, ticks) => ticks.map(options.formatTick),
        },
      ],
      series: [{}, ...series],
    },
    dataOf(points, options.lines),
    box,
  );
}

/** Width of the vertical axis: that of its widest number, so that none overlaps the axis's title. */
function widthOfTicks({ ctx }: uPlot, ticks: readonly string[] | null, font: string): number {
  ctx.save();
  ctx.font = font;
  const widest = (ticks ?? []).reduce((most, tick) => Math.max(most, ctx.measureText(tick).width), 0);
  ctx.restore();
  return Math.ceil(Math.max(minTickWidthPx, widest)) + 2 * tickGapPx;
}

function dataOf(points: readonly HistoryPoint[], lines: readonly ChartLine[]): uPlot.AlignedData {
  return [points.map(({ round }) => round), ...lines.map((line) => points.map(line.of))];
}
