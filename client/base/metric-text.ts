import { type MetricMeans, metricsOf, type TaskName } from "../../shared/run/tasks.ts";
import { formatLoss, formatPercent } from "./format.ts";

/** What people read first of a task's metrics, before the loss. */
const headlines = [
  { metric: "accuracy", name: "Accuracy" },
  { metric: "mae", name: "Mean error" },
] as const;

/** A metric by its name for people, and its value as text. */
export interface MetricText {
  readonly name: string;
  readonly value: string;
  readonly mean: number;
}

/** The metric that says best how good a model is; null where it was not tested. Of a language model that is the perplexity. */
export function headlineOf(metrics: MetricMeans): MetricText | null {
  const { perplexity } = metrics;
  if (perplexity !== undefined) return { name: "Perplexity", value: formatLoss(perplexity), mean: perplexity };
  const found = headlines.find(({ metric }) => metrics[metric] !== undefined);
  if (found === undefined) return null;
  const mean = metrics[found.metric]!;
  return { name: found.name, value: found.metric === "accuracy" ? formatPercent(mean) : formatLoss(mean), mean };
}

/** The name of that metric, before any model was tested. */
export function headlineName(task: TaskName): string {
  return headlineOf(metricsOf(task, { sums: [0, 0], count: 1 }))!.name;
}

/** "accuracy 93.1 %, loss 0.213"; "mean error 4.2, loss 0.1"; a dash for what was not tested. */
export function metricsInWords(metrics: MetricMeans): string {
  const headline = headlineOf(metrics);
  const { loss } = metrics;
  return headline === null || loss === undefined
    ? "not tested"
    : `${headline.name.toLowerCase()} ${headline.value}, loss ${formatLoss(loss)}`;
}
