import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { evaluateSamples } from "../../../client/export/evaluate-samples.ts";
import { type ModelFile, modelFiles } from "../../../client/export/model-files.ts";
import { openModel } from "../../../client/export/open-model.ts";
import { predictSamples } from "../../../client/export/predict-samples.ts";
import { readSafetensors } from "../../../client/export/safetensors.ts";
import { scalingOf } from "../../../client/tasks/samples/standardize.ts";
import { uploadBatch } from "../../../client/tfjs/upload-batch.ts";
import { type TaskName, taskNames } from "../../../shared/run/tasks.ts";
import { type SampleRun, sampleRun } from "./sample-runs.ts";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const models: readonly (readonly [task: TaskName, model: string])[] = [
  ["images", "softmax"],
  ["images", "cnn"],
  ["images", "resnet(10, width=4)"],
  ["images", "resnet(10, width=4, norm=batch)"],
  ["table", "softmax"],
  ["table", "mlp(16)"],
  ["regression", "mlp(16)"],
  ["texts", "softmax"],
  ["language", "gpt(layers=1, heads=2, width=8, context=12)"],
];

const bytesOf = (files: readonly ModelFile[], name: ModelFile["name"]): Uint8Array<ArrayBuffer> =>
  files.find((file) => file.name === name)!.bytes;
const textOf = (files: readonly ModelFile[]): string => new TextDecoder().decode(bytesOf(files, "model.json"));

/** As a person's own program does it: the files, nothing else of Copse. */
async function inPlainTfjs(files: readonly ModelFile[]): Promise<tfl.LayersModel> {
  const json = JSON.parse(textOf(files)) as tf.io.ModelJSON;
  const artifacts = await tf.io.getModelArtifactsForJSON(json, async (manifest) => [
    manifest.flatMap((group) => group.weights),
    bytesOf(files, "weights.bin").buffer,
  ]);
  return tfl.loadLayersModel(tf.io.fromMemory(artifacts));
}

/** Samples as they are in a file: nothing scaled, a missing number the mean. */
function rawInputs({ data, run }: SampleRun, all: Uint32Array): { readonly raw: tf.Tensor; readonly scaled: tf.Tensor } {
  const { statistics } = data.train;
  const gathered = data.test.gather(all, { statistics });
  const scaled = uploadBatch(gathered, data.shape, all.length).inputs;
  const width = data.shape.input[0]!;
  if (statistics.length === 0) return { raw: scaled, scaled };
  const { shifts } = scalingOf(statistics.subarray(0, 2 * width));
  const none = new Float32Array(statistics.length).fill(1).fill(0, 0, width);
  if (run.config.task === "regression") none[2 * width] = 0;
  const inputs = data.test.gather(all, { statistics: none }).inputs as Float32Array;
  const isMissing = (at: number): boolean => at === 5 * width;
  return {
    raw: tf.tensor(
      inputs.map((value, at) => (isMissing(at) ? shifts[0]! : value)),
      [all.length, width],
    ),
    scaled,
  };
}

async function allOf<T>(each: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const one of each) all.push(one);
  return all;
}

function greatestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [gap, size] = [0, 0];
  for (let i = 0; i < b.length; i += 1) {
    gap = Math.max(gap, Math.abs(a[i]! - b[i]!));
    size = Math.max(size, Math.abs(b[i]!));
  }
  return gap / size;
}

describe("a saved model", () => {
  it.each(models)("of %s, %s, predicts in plain tfjs from raw features what the trainer's does, to 1e-6", async (task, text) => {
    const sample = await sampleRun(task, text);
    const { data, model, run } = sample;
    const loaded = await inPlainTfjs(await modelFiles(run));
    const all = Uint32Array.from({ length: Math.min(40, data.test.count) }, (_, i) => i);
    const { raw, scaled } = rawInputs(sample, all);
    const own = await model.forward(scaled, false).data();
    const { shifts, scales } = task === "regression" ? scalingOf(run.parameters.slice(-2)) : { shifts: [0], scales: [1] };
    const expected = own.map((value) => value * scales[0]! + shifts[0]!);
    const plain = await (loaded.predict(raw) as tf.Tensor).data();
    expect(plain).toHaveLength(expected.length);
    expect(new Set(expected).size).toBeGreaterThan(3);
    expect(greatestGap(plain, expected)).toBeLessThan(1e-6);
  });

  it("leaves no tensor behind but the loaded one's", async () => {
    const { run } = await sampleRun("regression");
    await modelFiles(run);
    const { numTensors } = tf.memory();
    await modelFiles(run);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each(taskNames)("of %s says what it is, and reads back as it was", async (task) => {
    const { run } = await sampleRun(task);
    const files = await modelFiles(run);
    const { tensors, metadata } = readSafetensors(bytesOf(files, "model.safetensors"));
    expect(metadata).toEqual({
      format: "copse",
      task,
      model: run.config.model,
      schema: run.config.schema,
      rounds: "12",
      hash: run.hash,
    });
    expect(tensors.map(({ name }) => name)).toEqual(run.layout.tensors.map(({ name }) => name));
    expect(tensors.flatMap(({ values }) => [...values])).toEqual([...run.parameters]);
    const { record } = await openModel(textOf(files), bytesOf(files, "weights.bin"));
    expect(record).toEqual({ task, model: run.config.model, schema: run.config.schema, round: 12, hash: run.hash });
  });

  it.each(taskNames)("of %s has the trainer's metrics on the same samples", async (task) => {
    const { run, data, model, found } = await sampleRun(
      task,
      task === "language" ? "gpt(layers=1, heads=2, width=8, context=12)" : undefined,
    );
    const files = await modelFiles(run);
    const saved = await openModel(textOf(files), bytesOf(files, "weights.bin"));
    const { metrics, tested, confusion } = await evaluateSamples(saved, found);
    const all = Uint32Array.from({ length: data.test.count }, (_, i) => i);
    const { statistics } = data.train;
    const gathered = data.test.gather(all, { statistics });
    const outputs = Float32Array.from(
      await model.forward(uploadBatch(gathered, data.shape, all.length).inputs, false).data<"float32">(),
    );
    const { sums, count } = data.task.measure({ outputs, targets: gathered.targets, statistics });
    expect(tested).toBe(count);
    const [first, second] = Object.values(metrics);
    expect(first).toBeCloseTo(sums[0] / count, 4);
    expect(second).toBeCloseTo(sums[1] / count, 4);
    if (confusion === null) return;
    expect(confusion.counts.flat().reduce((sum, one) => sum + one, 0)).toBe(tested);
    expect(confusion.counts.reduce((sum, row, i) => sum + row[i]!, 0)).toBe(Math.round(metrics["accuracy"]! * tested));
  });

  it.each(["images", "table", "regression", "texts"] as const)(
    "of %s predicts the same without labels as with them",
    async (task) => {
      const { run, found } = await sampleRun(task);
      const files = await modelFiles(run);
      const saved = await openModel(textOf(files), bytesOf(files, "weights.bin"));
      const bare =
        found.kind === "table"
          ? { ...found, columns: found.columns.slice(0, -1) }
          : found.kind === "images"
            ? { ...found, labels: null }
            : found;
      const labeled = await allOf(predictSamples(saved, found));
      expect(labeled).toHaveLength(40);
      expect(await allOf(predictSamples(saved, bare))).toEqual(labeled);
    },
  );
});
