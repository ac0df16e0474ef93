import * as tf from "@tensorflow/tfjs-core";
import type { FoundData } from "../data/found-data.ts";
import { fitToSchema } from "../data/schema/fit-to-schema.ts";
import { taskOf } from "../tasks/registry.ts";
import type { Gathered, Samples } from "../tasks/samples/samples.ts";
import { uploadBatch } from "../tfjs/upload-batch.ts";
import { fillMissing } from "./fill-missing.ts";
import type { SavedModel } from "./open-model.ts";

/** Samples that go through a model at once, and numbers that come out of it at once: they bound its memory. */
const maxSamples = 500;
const maxOutputs = 4_194_304;

/** Outputs of some samples, row-major, with the targets of the same ones. */
export interface OutputChunk extends Pick<Gathered, "targets"> {
  readonly outputs: Float32Array;
}

/** Samples of a saved model's data, and statistics by which they are not scaled: the model does that itself. */
export interface ModelSamples {
  readonly samples: Samples;
  readonly statistics: Float32Array;
}

/**
 * A person's data as a saved model takes them.
 * @throws {DataError} (as a rejection) by column and row, where they do not fit its schema
 */
export async function modelSamples(
  { record, schema, context, means }: SavedModel,
  found: FoundData,
  options: { readonly hasLabels: boolean },
): Promise<ModelSamples> {
  const task = taskOf(record.task);
  const fitted = fitToSchema(found, schema, { ...options, owner: "model" });
  const filled = means === null ? fitted : fillMissing(fitted, means);
  const samples = await task.samples(filled, schema, { context: context ?? 1, isTest: true });
  return { samples, statistics: unscaled(samples.statistics.length, means?.length ?? 0) };
}

/** Mean 0 and mean square 1 of each feature, then of the target where that is scaled. */
function unscaled(length: number, width: number): Float32Array {
  const moments = new Float32Array(length).fill(1);
  moments.fill(0, 0, width);
  if (length > 2 * width) moments[2 * width] = 0;
  return moments;
}

/** The outputs of a model for all samples, a chunk after the other. Runs on the current tfjs backend. */
export async function* modelOutputs(
  { model, record, schema, context }: SavedModel,
  { samples, statistics }: ModelSamples,
): AsyncGenerator<OutputChunk> {
  const shape = await taskOf(record.task).shape(schema, context ?? 1);
  const each = shape.outputs * (context ?? 1);
  const chunk = Math.max(1, Math.min(maxSamples, Math.floor(maxOutputs / each)));
  for (let from = 0; from < samples.count; from += chunk) {
    const batch = Uint32Array.from({ length: Math.min(chunk, samples.count - from) }, (_, i) => from + i);
    const gathered = samples.gather(batch, { statistics });
    const outputs = tf.tidy(
      () => model.apply(uploadBatch(gathered, shape, batch.length).inputs, { training: false }) as tf.Tensor,
    );
    try {
      yield { outputs: Float32Array.from(await outputs.data<"float32">()), targets: gathered.targets };
    } finally {
      outputs.dispose();
    }
  }
}
