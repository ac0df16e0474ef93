import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import * as z from "zod/mini";
import type { DataSchema } from "../data/schema/schema.ts";
import { modelOf } from "../models/model-of.ts";
import { taskOf } from "../tasks/registry.ts";
import { ExportError } from "./export-error.ts";
import { type ModelRecord, readRecord } from "./model-record.ts";
import { scaleInputs, scaleOutput } from "./scaled-model.ts";
// Their registration is what a model that has them needs to be loaded.
import "../models/layers/causal-attention.ts";
import "../models/layers/gelu-layer.ts";
import "../models/layers/group-normalization.ts";
import "../models/layers/tied-embedding.ts";

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

/** Bytes of an entry, of the kinds that tfjs writes without a quantization. */
const bytesOf: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1 };

const weightSchema = z.looseObject({ name: z.string(), shape: z.array(z.int().check(z.minimum(0))), dtype: z.string() });
const manifestSchema = z.looseObject({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(weightSchema) })).check(z.minLength(1)),
  userDefinedMetadata: z.optional(z.unknown()),
});

/**
 * The model of a `model.json` and its `weights.bin`.
 * @throws {ExportError} (as a rejection) by what is missing or does not fit: the record, a weight, the shapes of the task
 * @throws {DataError} (as a rejection) if its schema is none
 */
export async function openModel(json: string, weights: Uint8Array<ArrayBuffer>): Promise<SavedModel> {
  const manifest = parseManifest(json);
  const { record, schema } = readRecord(manifest.userDefinedMetadata);
  const weightSpecs = manifest.weightsManifest.flatMap((group) => group.weights);
  const expected = weightSpecs.reduce((sum, { shape, dtype, name }) => {
    const each = bytesOf[dtype];
    if (each === undefined) throw new ExportError(`model.json: weight ${name}: expected float32, got ${dtype}`);
    return sum + each * shape.reduce((product, side) => product * side, 1);
  }, 0);
  if (weights.length !== expected)
    throw new ExportError(`weights.bin: expected ${expected} bytes, as model.json says, got ${weights.length}`);
  requireFinite(weightSpecs, weights);
  const context = contextOf(record);
  const shape = await taskOf(record.task).shape(schema, context ?? 1);
  const { modelTopology } = manifest;
  const artifacts = {
    modelTopology,
    weightSpecs: weightSpecs as tf.io.WeightsManifestEntry[],
    weightData: weights.slice().buffer,
  };
  const model = await loaded(artifacts);
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

/** @throws {ExportError} by the weight's name, if one of its numbers is none */
function requireFinite(specs: readonly z.infer<typeof weightSchema>[], weights: Uint8Array): void {
  const view = new DataView(weights.buffer, weights.byteOffset, weights.byteLength);
  let at = 0;
  for (const { name, shape, dtype } of specs) {
    const end = at + bytesOf[dtype]! * shape.reduce((product, side) => product * side, 1);
    if (dtype === "float32") {
      for (let i = at; i < end; i += 4) {
        const value = view.getFloat32(i, true);
        if (!Number.isFinite(value)) throw new ExportError(`weights.bin: ${name}: expected finite weights, got ${value}`);
      }
    }
    at = end;
  }
}

function parseManifest(json: string): z.infer<typeof manifestSchema> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ExportError("model.json: expected JSON, got something else", { cause });
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success)
    throw new ExportError("model.json: expected a layers model of tfjs (modelTopology and weightsManifest), got something else");
  return parsed.data;
}

function contextOf({ task, model }: ModelRecord): number | null {
  if (task !== "language") return null;
  try {
    return modelOf(model).context;
  } catch (cause) {
    throw new ExportError(`model.json: ${(cause as Error).message.split("\n", 1)[0]}`, { cause });
  }
}

async function loaded(artifacts: tf.io.ModelArtifacts): Promise<tfl.LayersModel> {
  try {
    return await tfl.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0]!.slice(0, 300);
    throw new ExportError(`model.json: expected a layers model whose weights fit it, got one that tfjs cannot load: ${reason}`, {
      cause,
    });
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
