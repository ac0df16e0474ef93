import type { Confusion } from "../../shared/run/confusion.ts";
import { type MetricMeans, metricsOf, type TaskName } from "../../shared/run/tasks.ts";
import type { FoundData } from "../data/found-data.ts";
import { confuse } from "../tasks/losses/confuse.ts";
import { taskOf } from "../tasks/registry.ts";
import type { Outcome } from "../tasks/task.ts";
import { modelOutputs, modelSamples, type OutputChunk } from "./model-outputs.ts";
import type { SavedModel } from "./open-model.ts";
import { classesOfSchema } from "./schema-classes.ts";

/** More classes make a table that nobody reads. */
const maxConfused = 20;

/** How good a model is on data with labels. */
export interface ModelEvaluation {
  readonly task: TaskName;
  /** Samples, or tokens, that it was tested on. */
  readonly tested: number;
  readonly metrics: MetricMeans;
  /** counts[i][j]: samples of class i that were taken for class j; null: there are none, or more than 20 classes. */
  readonly confusion: { readonly classes: readonly string[]; readonly counts: Confusion } | null;
}

/**
 * The metrics of a saved model's task on a person's data, as peers measure them.
 * @throws {DataError} (as a rejection) by column and row, where the data do not fit its schema
 */
export async function evaluateSamples(saved: SavedModel, found: FoundData): Promise<ModelEvaluation> {
  const { record, schema } = saved;
  const task = taskOf(record.task);
  const classes = classesOfSchema(schema);
  const isConfused = classes !== null && classes.length <= maxConfused;
  let counts: readonly number[] = isConfused ? classes.flatMap(() => classes.map(() => 0)) : [];
  const samples = await modelSamples(saved, found, { hasLabels: true });
  let [first, second, tested] = [0, 0, 0];
  for await (const chunk of modelOutputs(saved, samples)) {
    const { sums, count } = task.measure(inTrainingScale(chunk, saved));
    first += sums[0];
    second += sums[1];
    tested += count;
    if (!isConfused) continue;
    const more = confuse(chunk.outputs, chunk.targets, classes.length);
    counts = counts.map((sum, i) => sum + more[i]!);
  }
  return {
    task: record.task,
    tested,
    metrics: metricsOf(record.task, { sums: [first, second], count: tested }),
    confusion: isConfused
      ? { classes, counts: classes.map((_, i) => counts.slice(i * classes.length, (i + 1) * classes.length)) }
      : null,
  };
}

/** Outputs and targets of a number in the scale in which its loss is meant, with the statistics that say so. */
function inTrainingScale({ outputs, targets }: OutputChunk, { target }: SavedModel): Outcome {
  if (target === null) return { outputs, targets, statistics: new Float32Array(0) };
  const { shift, scale } = target;
  const standard = (values: Float32Array | Int32Array): Float32Array =>
    Float32Array.from(values, (value) => (value - shift) / scale);
  return { outputs: standard(outputs), targets: standard(targets), statistics: Float32Array.of(0, scale * scale) };
}
