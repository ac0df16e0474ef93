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

const accuracyOptions: ChartOptions = {
  lines: [{ name: "held out", of: ({ accuracy }) => accuracy, color: "--moss", dashed: false }],
  axis: "accuracy",
  formatValue: formatPercent,
  formatTick: (value) => `${Math.round(100 * value)}%`,
  range: () => [0, 1],
};

/** Accuracy and loss on the held-out set, round by round. */
export function ProgressCharts({ points }: { readonly points: readonly HistoryPoint[] }) {
  return (
    <section class="charts" aria-label="Progress">
      <LineChart title="Accuracy" points={points} options={accuracyOptions} />
      <LineChart title="Loss" points={points} options={lossOptions} />
    </section>
  );
}
