import type * as tfl from "@tensorflow/tfjs-layers";
import type { DataSchema } from "../data/schema/schema.ts";
import { modelOf } from "../models/model-of.ts";
import { loadLayers } from "../models/own/load-layers.ts";
import { ownModelName, type Topology } from "../models/own/own-model.ts";
import { withoutSoftmax } from "../models/own/without-softmax.ts";
import { taskOf } from "../tasks/registry.ts";
import { ExportError } from "./export-error.ts";
import { parseManifest, weightsIn } from "./manifest.ts";
import { type ModelRecord, readRecord } from "./model-record.ts";
import { scaleInputs, scaleOutput } from "./scaled-model.ts";

/** A model that Copse has saved, with its weights. */
export interface SavedModel {
  readonly model: tfl.LayersModel;
  readonly record: ModelRecord;
  readonly schema: DataSchema;
  /** Tokens that it sees at once; null: it takes no tokens. */
  readonly context: number | null;
  /** Means of its features, which stand for missing numbers; null: it scales none. */
  readonly means: Float32Array | null;
  /** Shift and scale of the number that it gives; null: it gives none. */
  readonly target: { readonly shift: number; readonly scale: number } | null;
}

/**
 * The model of a `model.json` and its `weights.bin`.
 * @throws {ExportError} (as a rejection) by what is missing or does not fit: the record, a weight, the shapes of the task
 * @throws {ModelError} (as a rejection) if tfjs cannot load it
 * @throws {DataError} (as a rejection) if its schema is none
 */
export async function openModel(json: string, weights: Uint8Array<ArrayBuffer>): Promise<SavedModel> {
  const manifest = parseManifest(json);
  const { record, schema } = readRecord(manifest.userDefinedMetadata);
  const [path] = manifest.weightsManifest.flatMap(({ paths }) => paths);
  const tensors = weightsIn(manifest, new Map(path === undefined ? [] : [[path, weights]]));
  const topology = manifest.modelTopology as unknown as Topology;
  // Predictions and losses are of logits.
  const model = await loadLayers(withoutSoftmax(topology), tensors);
  const context = record.task === "language" ? contextOf(record, model) : null;
  const shape = await taskOf(record.task).shape(schema, context ?? 1);
  const [takes, gives] = [model.inputs[0]?.shape.slice(1) ?? [], model.outputs[0]?.shape.at(-1)];
  const fits = takes.length === shape.input.length && takes.every((side, i) => side === null || side === shape.input[i]);
  if (!fits || gives !== shape.outputs || model.inputs.length + model.outputs.length !== 2) {
    model.dispose();
    throw new ExportError(
      `model.json: expected a model that takes ${shape.input.join("×")} and gives ${shape.outputs}, as its schema says, got one that takes ${takes.join("×")} and gives ${gives}`,
    );
  }
  return { model, record, schema, context, ...(await scalesOf(model)) };
}

/** Tokens that a model of language sees at once: an own one says it by its input. */
function contextOf({ model: text }: ModelRecord, model: tfl.LayersModel): number | null {
  if (text === ownModelName) return model.inputs[0]?.shape[1] ?? null;
  try {
    return modelOf(text).context;
  } catch (cause) {
    model.dispose();
    throw new ExportError(`model.json: ${(cause as Error).message.split("\n", 1)[0]}`, { cause });
  }
}

async function scalesOf(model: tfl.LayersModel): Promise<Pick<SavedModel, "means" | "target">> {
  const weightsOf = async (name: string): Promise<readonly Float32Array[] | null> => {
    const layer = model.layers.find((one) => one.name === name);
    if (layer === undefined) return null;
    return Promise.all(layer.getWeights().map(async (weight) => Float32Array.from(await weight.data<"float32">())));
  };
  const [inputs, output] = [await weightsOf(scaleInputs), await weightsOf(scaleOutput)];
  const [scale, shift] = output ?? [];
  return {
    means: inputs?.[0] ?? null,
    target: scale === undefined || shift === undefined ? null : { shift: shift[0]!, scale: scale[0]! },
  };
}
