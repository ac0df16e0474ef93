import { formatLoss, formatPercent } from "../../base/format.ts";
import type { HistoryPoint } from "../state/history.ts";
import type { ChartOptions } from "../ui/chart-canvas.ts";
import { LineChart } from "../ui/line-chart.tsx";

const lossOptions: ChartOptions = {
  lines: [
    { name: "held out", of: ({ loss }) => loss, color: "--moss", dashed: false },
    { name: "training", of: ({ trainingLoss }) => trainingLoss, color: "--autumn", dashed: true },
  ],
  axis: "loss",
  formatValue: formatLoss,
  formatTick: formatLoss,
  range: (_, high) => [0, high > 0 ? 1.08 * high : 1],
};

const line = { name: "held out", of: ({ headline }: HistoryPoint) => headline, color: "--moss", dashed: false } as const;

const shareOptions: ChartOptions = {
  lines: [line],
  axis: "accuracy",
  formatValue: formatPercent,
  formatTick: (value) => `${Math.round(100 * value)}%`,
  range: () => [0, 1],
};

/** The chart of an error or a perplexity: the lower the better. */
const amountOptions: ChartOptions = {
  ...shareOptions,
  axis: "held out",
  formatValue: formatLoss,
  formatTick: formatLoss,
  range: (_, high) => [0, high > 0 ? 1.08 * high : 1],
};

interface ProgressChartsProps {
  readonly points: readonly HistoryPoint[];
  /** Name of the metric that says best how good the model is. */
  readonly headline: string;
}

/** That metric and the loss on held-out data, round by round. */
export function ProgressCharts({ points, headline }: ProgressChartsProps) {
  const options = headline === "Accuracy" ? shareOptions : amountOptions;
  return (
    <section class="charts" aria-label="Progress">
      <LineChart key={headline} title={headline} points={points} options={options} />
      <LineChart title="Loss" points={points} options={lossOptions} />
    </section>
  );
}
