import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { DataError } from "../../../client/data/data-set.ts";
import { ExportError } from "../../../client/export/export-error.ts";
import { drawToken, generateText } from "../../../client/export/generate-text.ts";
import { modelFiles } from "../../../client/export/model-files.ts";
import { openModel, type SavedModel } from "../../../client/export/open-model.ts";
import { predictSamples } from "../../../client/export/predict-samples.ts";
import { ModelError } from "../../../client/models/own/model-error.ts";
import { sampleData, sampleRun } from "./sample-runs.ts";

type Manifest = Record<string, unknown> & { userDefinedMetadata: { copse?: Record<string, unknown> } };

let table: { readonly manifest: Manifest; readonly weights: Uint8Array<ArrayBuffer> };
let gpt: SavedModel;

async function filesOf(...sample: Parameters<typeof sampleRun>): Promise<typeof table> {
  const [json, weights] = await modelFiles((await sampleRun(...sample)).run);
  return { manifest: JSON.parse(new TextDecoder().decode(json!.bytes)), weights: weights!.bytes };
}

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  table = await filesOf("table");
  const { manifest, weights } = await filesOf("language", "gpt(layers=1, heads=2, width=8, context=12)");
  gpt = await openModel(JSON.stringify(manifest), weights);
});

const changed = (change: (manifest: Manifest) => void): string => {
  const copy = structuredClone(table.manifest);
  change(copy);
  return JSON.stringify(copy);
};

describe("a saved model that is not whole", () => {
  it.each<[string, () => string, string]>([
    ["is no JSON", () => "{", "model.json: expected JSON"],
    ["is another JSON", () => "[1]", "model.json: expected a layers model of tfjs (modelTopology and weightsManifest)"],
    [
      "is a plain model of tfjs",
      () => changed((m) => void delete m.userDefinedMetadata.copse),
      "userDefinedMetadata.copse with task, model, schema, round and hash",
    ],
    [
      "is of a task unknown here",
      () => changed((m) => void Object.assign(m.userDefinedMetadata.copse!, { task: "chess" })),
      "userDefinedMetadata.copse: task",
    ],
    [
      "has no schema",
      () => changed((m) => void Object.assign(m.userDefinedMetadata.copse!, { schema: "" })),
      "schema: expected JSON",
    ],
    [
      "is of other data than its schema says",
      () =>
        changed(
          (m) =>
            void Object.assign(m.userDefinedMetadata.copse!, {
              schema: '{"kind":"table","columns":[{"name":"height"}],"label":{"name":"kind","classes":["ash","elm","oak"]}}',
            }),
        ),
      "expected a model that takes 1 and gives 3, as its schema says, got one that takes 4 and gives 3",
    ],
    [
      "has a layer unknown here",
      () => JSON.stringify(table.manifest).replace('"BatchNormalization"', '"Mystery"'),
      "got one that tfjs cannot load",
    ],
    [
      "has weights by other names",
      () => JSON.stringify(table.manifest).replaceAll("hidden/kernel", "hidden/other"),
      "got one that tfjs cannot load",
    ],
  ])("and %s is refused in one sentence that names the place", async (_, json, sentence) => {
    const opened = openModel(json(), table.weights);
    await expect(opened).rejects.toThrow(sentence);
    const error = await opened.catch((cause: unknown) => cause);
    expect([ExportError, ModelError, DataError].some((kind) => error instanceof kind)).toBe(true);
    expect((error as Error).message).not.toContain("\n");
  });

  it("is refused where its weights are cut short", async () => {
    await expect(openModel(JSON.stringify(table.manifest), table.weights.slice(0, -4))).rejects.toThrow(
      `weights.bin: expected ${table.weights.length} bytes, as model.json says, got ${table.weights.length - 4}`,
    );
  });

  it("is refused where a weight is no number, by its name", async () => {
    const weights = table.weights.slice();
    new DataView(weights.buffer).setFloat32(weights.length - 4, Number.NaN, true);
    await expect(openModel(JSON.stringify(table.manifest), weights)).rejects.toThrow(
      /^weights\.bin: .+: expected finite weights, got NaN$/,
    );
  });

  it("takes no data that do not fit it, by column", async () => {
    const saved = await openModel(JSON.stringify(table.manifest), table.weights);
    const regression = sampleData.regression;
    await expect(predictSamples(saved, regression).next()).rejects.toThrow("column age: expected one of the model's columns");
  });
});

describe("generated text", () => {
  const options = { tokens: 30, temperature: 1, seed: 5 };

  it("begins with its prompt, is as long as was asked for, and is the same for the same seed", async () => {
    const text = await generateText(gpt, "the wood", options);
    expect(text).toMatch(/^the wood/);
    expect([...text]).toHaveLength(8 + 30);
    expect(await generateText(gpt, "the wood", options)).toBe(text);
    expect(await generateText(gpt, "the wood", { ...options, seed: 6 })).not.toBe(text);
  });

  it.each([
    [
      "longer than the context",
      "the wood would",
      "prompt: expected at most 12 tokens, as many as the model sees at once, got 14",
    ],
    ["empty", "", "prompt: expected at least one token, got none"],
    ["of characters that it does not know", "the Ω", "character 5"],
  ])("is refused for a prompt that is %s", async (_, prompt, sentence) => {
    await expect(generateText(gpt, prompt, options)).rejects.toThrow(sentence);
  });

  it("is none of a model of classes, and a model of language predicts none", async () => {
    const saved = await openModel(JSON.stringify(table.manifest), table.weights);
    await expect(generateText(saved, "the wood", options)).rejects.toThrow("expected one of language, got one of the task table");
    await expect(predictSamples(gpt, sampleData.language).next()).rejects.toThrow("got one of language");
  });

  it("draws each token as often as softmax(z / T) says, and of temperature 0 the likeliest", () => {
    const logits = [0, Math.log(3), Number.NEGATIVE_INFINITY];
    const shares = Array.from({ length: 400 }, (_, i) => drawToken(logits, 1, (i + 0.5) / 400));
    expect([0, 1, 2].map((token) => shares.filter((one) => one === token).length)).toEqual([100, 300, 0]);
    const colder = Array.from({ length: 400 }, (_, i) => drawToken(logits, 0.5, (i + 0.5) / 400));
    expect(colder.filter((one) => one === 1)).toHaveLength(360);
    expect(drawToken(logits, 0, 0.999)).toBe(1);
  });
});

describe("a saved model of images that the program draws", () => {
  it("has a schema of its own, for the run has none: predictions name its classes by their numbers", async () => {
    const sample = await sampleRun("images");
    const { config } = sample.run;
    const [json, weights] = await modelFiles({ ...sample.run, config: { ...config, schema: "" } });
    const saved = await openModel(new TextDecoder().decode(json!.bytes), weights!.bytes);
    expect(saved.schema).toEqual({ kind: "images", height: 8, width: 8, channels: 1, classes: ["0", "1", "2"] });
    const { value } = await predictSamples(saved, sample.found).next();
    expect(value).toMatchObject({ row: 1, class: expect.stringMatching(/^[012]$/) });
  });
});
