import { useEffect, useRef } from "preact/hooks";
import type { HistoryPoint } from "../history.ts";
import { type Chart, type ChartOptions, mountChart } from "./chart-canvas.ts";

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
  useEffect(() => {
    if (box.current === null) return;
    chart.current = mountChart(box.current, options);
    return () => chart.current?.close();
  }, [options]);
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
              <li key={line.name} class={line.dashed ? "dashed" : "solid"} style={{ "--line-colour": `var(${line.colour})` }}>
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
