import type { Column, FoundData } from "../../../client/data/found-data.ts";
import type { OwnData } from "../../../client/data/own-data.ts";
import type { FinishedRun } from "../../../client/export/finished-run.ts";
import { buildModel } from "../../../client/models/build-model.ts";
import type { TrainableModel } from "../../../client/models/trainable-model.ts";
import { ownTaskData } from "../../../client/tasks/own-task-data.ts";
import { proposeRun } from "../../../client/tasks/propose-run.ts";
import type { TaskData } from "../../../client/tasks/task-data.ts";
import { seeded } from "../../../shared/base/random.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";
import type { TaskName } from "../../../shared/run/tasks.ts";
import { perplexing } from "../tasks/perplexing.ts";

const rows = 40;
const rng = seeded(3, "export-samples");
const drawn = (scale: number, shift: number): Float64Array =>
  Float64Array.from({ length: rows }, () => shift + scale * rng.normal());
const category = (name: string, categories: readonly string[]): Column => ({
  ...{ kind: "category", name, categories },
  codes: Int32Array.from({ length: rows }, () => rng.integer(categories.length)),
});
const heights: Column = {
  kind: "number",
  name: "height",
  values: drawn(2, 300).map((value, i) => (i === 5 ? Number.NaN : value)),
};
const features: readonly Column[] = [
  heights,
  category("soil", ["clay", "sand"]),
  { kind: "number", name: "width", values: drawn(1e-3, 0) },
];
const table = (...columns: readonly Column[]): FoundData => ({ kind: "table", rows, columns, label: null });

/** Data of each task, small. */
export const sampleData: Readonly<Record<TaskName, FoundData>> = {
  images: {
    ...{ kind: "images", height: 8, width: 8, channels: 1, classes: ["a", "b", "c"] },
    pixels: Uint8Array.from({ length: rows * 64 }, () => rng.integer(256)),
    labels: Int32Array.from({ length: rows }, (_, i) => i % 3),
  },
  table: table(...features, category("kind", ["ash", "elm", "oak"])),
  regression: table(...features, { kind: "number", name: "age", values: drawn(30, 100) }),
  texts: table(
    { kind: "text", name: "said", values: Array.from({ length: rows }, (_, i) => `tree ${i % 7} and leaf ${i % 5}`) },
    category("kind", ["ash", "oak"]),
  ),
  language: { kind: "text", text: perplexing },
};

export interface SampleRun {
  readonly found: FoundData;
  readonly data: TaskData;
  readonly model: TrainableModel;
  readonly run: FinishedRun;
}

/** A run of the task whose model has drawn weights; its statistics are those of the training samples. */
export async function sampleRun(task: TaskName, model?: string): Promise<SampleRun> {
  const found = sampleData[task];
  const own: OwnData = {
    files: { format: "csv", train: found, test: found, leftOut: [] },
    label: null,
    asked: { task },
    take: null,
  };
  const config = { ...proposeRun(own), ...(model === undefined ? {} : { model }) };
  const data = await ownTaskData(config, own);
  const trainable = await buildModel(config.model, data.shape, { taskStatistics: data.statistics });
  const { layout } = trainable;
  const parameters = initialParameters(layout, 7);
  // A model that starts at zero tells nothing apart.
  const drawn = seeded(8, "export-weights");
  for (let i = 0; i < layout.length; i += 1) if (parameters[i] === 0) parameters[i] = Math.fround(0.1 * drawn.normal());
  for (const { name, offset, size } of layout.tensors)
    if (name.endsWith("variance"))
      for (let i = offset; i < offset + size; i += 1) parameters[i] = Math.fround(0.5 + drawn.uniform());
  parameters.set(data.train.statistics, layout.length - data.statistics);
  trainable.assign(parameters);
  const { shape } = data;
  return {
    found,
    data,
    model: trainable,
    run: { config, shape, layout, parameters, round: 12, hash: "0123456789abcdef0123456789abcdef" },
  };
}
