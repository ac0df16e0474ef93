/** What each task is, and the sums that its metrics are made of, by the names under which reports have their means. The first is the loss. */
const described = {
  images: { summary: "one of several classes for each image", metrics: ["loss", "accuracy"] },
  table: { summary: "one of several classes for each row of a table", metrics: ["loss", "accuracy"] },
  regression: { summary: "a number for each row of a table", metrics: ["loss", "mae"] },
  texts: { summary: "one of several classes for each text", metrics: ["loss", "accuracy"] },
  language: { summary: "the next token of a text", metrics: ["loss", "accuracy"] },
} as const;

export type TaskName = keyof typeof described;

export const taskNames = Object.keys(described) as [TaskName, ...TaskName[]];

/** The metrics of a task: means over samples (tokens, for `language`), so that sums of parts add up. Perplexity is exp(loss). */
export const taskMetrics: Readonly<Record<TaskName, readonly [string, string]>> = Object.fromEntries(
  taskNames.map((name) => [name, described[name].metrics]),
) as Record<TaskName, readonly [string, string]>;

export const taskSummaries: Readonly<Record<TaskName, string>> = Object.fromEntries(
  taskNames.map((name) => [name, described[name].summary]),
) as Record<TaskName, string>;

/** The means of a task's metrics by name: of `language` also the perplexity, exp(loss). Empty where nothing was tested. */
export type MetricMeans = Readonly<Record<string, number>>;

export function metricsOf(
  task: TaskName,
  { sums, count }: { readonly sums: readonly number[]; readonly count: number },
): MetricMeans {
  if (count === 0) return {};
  const means = Object.fromEntries(
    taskMetrics[task].flatMap((name, i) => (sums[i] === undefined ? [] : [[name, sums[i] / count]])),
  );
  return task === "language" && means["loss"] !== undefined ? { ...means, perplexity: Math.exp(means["loss"]) } : means;
}
