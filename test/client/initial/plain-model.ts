import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type InputFile, inputFileOfBytes } from "../../../client/data/files/input-file.ts";

/** A model as tutorials have it, of tfjs alone: batch normalization, dropout with a seed of its own, a softmax at its end. */
export function tutorialModel({ input = [8, 8, 1], outputs = 2 } = {}): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({ inputShape: input, filters: 4, kernelSize: 3, padding: "same", name: "look" }),
      tfl.layers.batchNormalization({ name: "even" }),
      tfl.layers.activation({ activation: "relu", name: "bend" }),
      tfl.layers.maxPooling2d({ poolSize: 2, name: "shrink" }),
      tfl.layers.flatten({ name: "line" }),
      tfl.layers.dropout({ rate: 0.25, seed: 7, name: "forget" }),
      tfl.layers.dense({ units: outputs, activation: "softmax", name: "say" }),
    ],
  });
}

/** What plain tfjs writes for a model, its weights in so many files. */
export async function filesOf(model: tfl.LayersModel, { shards = 1 } = {}): Promise<InputFile[]> {
  const written = new Map<string, Uint8Array>();
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData, format, generatedBy }) => {
      const bytes = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
      const each = Math.ceil(bytes.length / shards);
      const paths = Array.from({ length: shards }, (_, i) => `group1-shard${i + 1}of${shards}.bin`);
      for (const [i, path] of paths.entries()) written.set(path, bytes.slice(i * each, (i + 1) * each));
      const json = { modelTopology, format, generatedBy, weightsManifest: [{ paths, weights: weightSpecs }] };
      written.set("model.json", new TextEncoder().encode(JSON.stringify(json)));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  return [...written].map(([path, bytes]) => inputFileOfBytes(path, bytes));
}

/** Loads files with plain tfjs. */
export async function inPlainTfjs(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<tfl.LayersModel> {
  const json = JSON.parse(new TextDecoder().decode(files.find(({ name }) => name === "model.json")!.bytes));
  const weightData = files.find(({ name }) => name === "weights.bin")!.bytes.slice().buffer as ArrayBuffer;
  const { modelTopology, weightsManifest } = json;
  return tfl.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData }));
}
