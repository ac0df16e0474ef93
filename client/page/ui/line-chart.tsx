import { useEffect, useRef } from "preact/hooks";
import type { HistoryPoint } from "../state/history.ts";
import type { Chart, ChartOptions } from "./chart-canvas.ts";

interface LineChartProps {
  readonly title: string;
  readonly points: readonly HistoryPoint[];
  /** Must not change while the chart is shown. */
  readonly options: ChartOptions;
}

/** A chart over rounds with its legend, which says the newest values in text. */
export function LineChart({ title, points, options }: LineChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const newest = useRef(points);
  newest.current = points;
  const isEmpty = points.length === 0;
  // The drawing code is loaded when there is something to draw. If it fails to load, the legend still has the newest values.
  useEffect(() => {
    if (isEmpty) return;
    let closed = false;
    const mount = async (): Promise<void> => {
      const { mountChart } = await import("./chart-canvas.ts");
      if (closed || box.current === null) return;
      chart.current = mountChart(box.current, options);
      chart.current.draw(newest.current);
    };
    mount().catch(() => {});
    return () => {
      closed = true;
      chart.current?.close();
      chart.current = null;
    };
  }, [options, isEmpty]);
  useEffect(() => chart.current?.draw(points), [points]);
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <ul class="legend">
          {options.lines.map((line) => {
            const value = points.findLast((point) => line.of(point) !== null);
            const text = value === undefined ? "–" : options.formatValue(line.of(value) ?? 0);
            return (
              <li key={line.name} class={line.dashed ? "dashed" : "solid"} style={{ "--line-color": `var(${line.color})` }}>
                {line.name} <span class="figure">{text}</span>
              </li>
            );
          })}
        </ul>
      </figcaption>
      <div class="plot" ref={box} aria-hidden="true" />
    </figure>
  );
}
