import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { type InputFile, inputFileOfBytes } from "../../../client/data/files/input-file.ts";
import { modelFiles } from "../../../client/export/model-files.ts";
import { initialOfLayers } from "../../../client/initial/initial-of-layers.ts";
import { laidOut } from "../../../client/initial/lay-out.ts";
import { maxWeightBytes } from "../../../client/initial/limits.ts";
import { readInitial } from "../../../client/initial/read-initial.ts";
import { ownModelProblem } from "../../../client/models/own/own-model-problem.ts";
import { proposeRun } from "../../../client/tasks/propose-run.ts";
import { createHasher } from "../../../shared/base/hash.ts";
import { layoutOf } from "../../../shared/base/layout.ts";
import { sampleData, sampleRun } from "../export/sample-runs.ts";
import { filesOf, tutorialModel } from "./plain-model.ts";

const hasher = await createHasher();
const read = (files: readonly InputFile[]) => readInitial(files, hasher);
const pick = (files: readonly InputFile[], ...names: readonly string[]) => files.filter(({ path }) => names.includes(path));

let tutorial: readonly InputFile[];
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  tutorial = await filesOf(tutorialModel());
});

/** The same files, the JSON changed. */
async function changed(files: readonly InputFile[], change: (text: string) => string): Promise<InputFile[]> {
  const json = files.find(({ path }) => path === "model.json")!;
  const text = new TextDecoder().decode(await json.read(0, json.size));
  return files.map((file) => (file === json ? inputFileOfBytes("model.json", new TextEncoder().encode(change(text))) : file));
}

const row = (...layers: readonly tfl.layers.Layer[]) => filesOf(tfl.sequential({ layers: [...layers] }));
const dense = (args: Partial<Parameters<typeof tfl.layers.dense>[0]> = {}) =>
  tfl.layers.dense({ units: 2, inputShape: [3], name: "say", ...args });

describe("a person's own model", () => {
  it("has one digest, whether it comes in one file of weights, in three, in a folder, with its keys in another order, or as an object", async () => {
    const model = tutorialModel();
    const files = await filesOf(model);
    const { digest } = await read(files);
    const turned = (value: unknown): unknown =>
      typeof value !== "object" || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, one]) => [key, turned(one)]),
          );
    const others = [
      await filesOf(model, { shards: 3 }),
      files.map((file) => ({ ...file, path: `below/${file.path}` })),
      await changed(files, (text) => JSON.stringify(turned(JSON.parse(text)))),
    ];
    for (const other of others) expect((await read(other)).digest).toBe(digest);
    expect((await initialOfLayers(model, hasher)).digest).toBe(digest);
    model.layers[0]!.setWeights(model.layers[0]!.getWeights().map((weight) => tf.add(weight, 1e-6)));
    expect((await read(await filesOf(model))).digest).not.toBe(digest);
  });

  it("as an object is not changed", async () => {
    const model = tutorialModel();
    const before = model.getWeights().map((weight) => [...weight.dataSync()]);
    await initialOfLayers(model, hasher);
    expect(model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
    expect(model.layers.at(-1)!.getConfig()["activation"]).toBe("softmax");
  });

  it("has its frozen weights beside those that are trained", async () => {
    const { own, tensors } = await read(
      await row(dense({ units: 4, trainable: false, name: "kept" }), tfl.layers.dense({ units: 2, name: "say" })),
    );
    expect(own!.weights.map(({ name }) => name).sort()).toEqual(["kept/bias", "kept/kernel", "say/bias", "say/kernel"]);
    expect(tensors.map(({ name }) => name)).toEqual(["say/weights", "say/bias"]);
  });

  it.each<[string, () => Promise<readonly InputFile[]>, string]>([
    [
      "no file of it",
      async () => [inputFileOfBytes("cat.png", new Uint8Array(3))],
      "model: expected model.json with its weights, or model.safetensors of a run, among the files, got cat.png",
    ],
    [
      "a weight file that is not there",
      async () => pick(tutorial, "model.json"),
      "model.json: expected the weight file group1-shard1of1.bin that it names, got none",
    ],
    [
      "a weight file that is cut short",
      async () =>
        tutorial.map((file) => (file.path.endsWith(".bin") ? inputFileOfBytes(file.path, new Uint8Array(file.size - 4)) : file)),
      "group1-shard1of1.bin: expected ",
    ],
    [
      "a weight that is no number",
      async () =>
        tutorial.map((file) =>
          file.path.endsWith(".bin") ? inputFileOfBytes(file.path, new Uint8Array(file.size).fill(255)) : file,
        ),
      "group1-shard1of1.bin: look/kernel: expected finite weights, got NaN",
    ],
    [
      "weights of another topology",
      () => changed(tutorial, (text) => text.replaceAll("say/kernel", "say/other")),
      "model.json: expected a layers model whose weights fit it, got one that tfjs cannot load: ",
    ],
    [
      "weights of other shapes",
      () => changed(tutorial, (text) => text.replace('"filters":4', '"filters":5')),
      "model.json: expected a layers model whose weights fit it",
    ],
    [
      "quantized weights",
      () =>
        changed(tutorial, (text) => text.replace('"dtype":"float32"}]', '"dtype":"float32","quantization":{"dtype":"uint8"}}]')),
      "expected float32, got a quantized one",
    ],
    [
      "a layer that tfjs lacks",
      () => changed(tutorial, (text) => text.replace('"MaxPooling2D"', '"Mystery"')),
      "got one that tfjs cannot load: Unknown layer: Mystery",
    ],
    [
      "too many weights",
      async () => tutorial.map((file) => (file.path.endsWith(".bin") ? { ...file, size: maxWeightBytes + 1 } : file)),
      "model: expected at most 67.1\u202fMB of weights, got 67.1\u202fMB",
    ],
    [
      "a constraint",
      () => row(dense({ kernelConstraint: "unitNorm" })),
      "layer say (Dense): expected no constraint, which a sum of updates does not keep, got kernelConstraint",
    ],
    [
      "a regularizer of what it gives",
      async () =>
        changed(await row(dense()), (text) =>
          text.replace('"activity_regularizer":null', '"activity_regularizer":{"class_name":"L1L2","config":{}}'),
        ),
      "layer say (Dense): expected no regularizer of what it gives, which tfjs does not apply, got activity_regularizer",
    ],
    [
      "a trial that would take many minutes",
      () =>
        row(
          tfl.layers.conv2d({ inputShape: [224, 224, 3], filters: 64, kernelSize: 3, name: "first" }),
          tfl.layers.conv2d({ filters: 64, kernelSize: 3, name: "second" }),
          tfl.layers.globalAveragePooling2d({}),
          tfl.layers.dense({ units: 2 }),
        ),
      "expected a model of which a trial of 2 samples takes about a minute on one core, got one of about 7 minutes, most of it in layer second (Conv2D)",
    ],
    [
      "dropout inside a recurrent layer",
      () => row(tfl.layers.lstm({ units: 2, inputShape: [4, 3], dropout: 0.2, recurrentInitializer: "zeros", name: "recall" })),
      "layer recall (LSTM): expected dropout as a layer of its own, got dropout 0.2",
    ],
    ["nothing to train", () => row(dense({ trainable: false })), "model.json: expected a model with weights to train, got none"],
    [
      "two inputs",
      () => {
        const [a, b] = [tfl.input({ shape: [2] }), tfl.input({ shape: [2] })];
        const outputs = tfl.layers.dense({ units: 1 }).apply(tfl.layers.add().apply([a, b])) as tfl.SymbolicTensor;
        return filesOf(tfl.model({ inputs: [a, b], outputs }));
      },
      "model.json: expected a model of one input and one output, got 2 and 1",
    ],
  ])("with %s is refused in one sentence that names the place, and leaves nothing on the backend", async (_, files, sentence) => {
    const given = await files();
    const before = tf.memory().numTensors;
    const error = await read(given).catch((cause: unknown) => cause);
    expect(tf.memory().numTensors).toBe(before);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^ERR_(MODEL|EXPORT)$/),
      message: expect.stringContaining(sentence),
    });
    expect((error as Error).message).not.toContain("\n");
  });

  it("leaves nothing behind on the backend, refused or not", async () => {
    const frozen = await row(dense({ trainable: false }));
    await read(tutorial);
    const before = tf.memory().numTensors;
    await read(tutorial);
    await expect(read(frozen)).rejects.toThrow("expected a model with weights to train");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("fits data by what it takes and what it gives, sides of any length included", () => {
    const own = { takes: [null, null, 1], gives: [10] };
    expect(ownModelProblem(own, { input: [28, 28, 1], outputs: 10 }, false)).toBeNull();
    expect(ownModelProblem({ takes: [784], gives: [10] }, { input: [28, 28, 1], outputs: 10 }, false)).toBe(
      "model.json: expected a model that takes samples of 28×28×1, as the data have, got one that takes 784",
    );
    expect(ownModelProblem(own, { input: [28, 28, 1], outputs: 3 }, false)).toContain(
      "expected a model that gives 3 (a number for each class",
    );
    expect(ownModelProblem({ takes: [8], gives: [50] }, { input: [8], outputs: 50 }, true)).toContain(
      "expected a model that gives 8×50",
    );
  });
});

describe("a model that a run ended with", () => {
  it.each(["images", "table", "regression", "texts"] as const)(
    "of the task %s is built-in and begins another with the same numbers",
    async (task) => {
      const { run, data } = await sampleRun(task);
      const files = (await modelFiles(run)).map(({ name, bytes }) => inputFileOfBytes(name, bytes));
      const initial = await read(pick(files, "model.safetensors"));
      expect(initial).toMatchObject({ model: run.config.model, own: null, record: { task, schema: expect.any(String) } });
      expect(laidOut(initial, run.layout)).toEqual(run.parameters);
      const found = sampleData[task];
      const own = { files: { format: "csv", train: found, test: null, leftOut: [] }, label: null, asked: {}, take: null };
      expect(proposeRun(own, initial)).toMatchObject({
        task,
        model: run.config.model,
        from: initial.digest,
        schema: run.config.schema,
      });
      expect(data.task.name).toBe(task);
    },
  );

  it("is laid out by its tensors, or refused by the one that differs", async () => {
    const { run } = await sampleRun("images");
    const files = (await modelFiles(run)).map(({ name, bytes }) => inputFileOfBytes(name, bytes));
    const initial = await read(files);
    const other = layoutOf(
      run.layout.tensors.map(({ name, shape }, i) => ({ name, shape: i === 0 ? [1, ...shape.slice(1)] : shape })),
    );
    expect(() => laidOut(initial, other)).toThrow(
      /the model does not fit this room's data: expected .+ of 1×3×1×8, got .+ of 3×3×1×8/,
    );
    const more = layoutOf([...run.layout.tensors, { name: "data/statistics", shape: [3] }]);
    expect([...laidOut(initial, more).subarray(-3)]).toEqual([0, 0, 0]);
  });

  it("of tables is no model by its model.json alone: it would scale its data twice", async () => {
    const files = (await modelFiles((await sampleRun("table")).run)).map(({ name, bytes }) => inputFileOfBytes(name, bytes));
    await expect(read(pick(files, "model.json", "weights.bin"))).rejects.toThrow("expected its model.safetensors beside it");
  });
});
