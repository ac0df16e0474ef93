import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { layoutOfModel } from "../models/layout-of-model.ts";
import { modelOf } from "../models/model-of.ts";
import { setParameters } from "../models/model-parameters.ts";
import { loadLayers } from "../models/own/load-layers.ts";
import { savedArtifacts } from "../models/own/own-model-of.ts";
import { ExportError } from "./export-error.ts";
import { type FinishedRun, recordOf } from "./finished-run.ts";
import type { ModelRecord } from "./model-record.ts";
import { writeSafetensors } from "./safetensors.ts";
import { scaledModel } from "./scaled-model.ts";

/** A file of a saved model. */
export interface ModelFile {
  readonly name: "model.json" | "weights.bin" | "model.safetensors";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * A run's model as files that others read: `model.json` with `weights.bin`, a layers model of tfjs that takes raw features, and
 * `model.safetensors`, the flat vector's tensors by name. Runs on the current tfjs backend.
 * @throws {RangeError} (as a rejection) if parameters, layout and model do not fit each other
 */
export async function modelFiles(run: FinishedRun): Promise<readonly ModelFile[]> {
  const own = run.own ?? null;
  const model = own === null ? await modelOf(run.config.model).build(run.shape) : await loadLayers(own.topology, own.weights);
  let scaled: tfl.LayersModel | null = null;
  try {
    const layout = layoutOfModel(model, { hasWeights: own !== null });
    const { parameters } = run;
    if (parameters.length !== run.layout.length || layout.length > parameters.length)
      throw new RangeError(`expected ${run.layout.length} parameters, got ${parameters.length}`);
    setParameters(model, layout, parameters.subarray(0, layout.length));
    scaled = scaledModel(model, run.config.task, parameters.subarray(layout.length));
    return [...(await layersFiles(scaled, recordOf(run))), { name: "model.safetensors", bytes: safetensorsOf(run) }];
  } finally {
    // A model around another one has its weights too.
    (scaled ?? model).dispose();
  }
}

async function layersFiles(model: tfl.LayersModel, record: ModelRecord): Promise<readonly ModelFile[]> {
  model.setUserDefinedMetadata({ copse: { ...record } });
  const { modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy, userDefinedMetadata } =
    await savedArtifacts(model);
  if (weightSpecs === undefined || weightData === undefined) throw new ExportError("model: expected weights to save, got none");
  const manifest = {
    ...{ format, generatedBy, convertedBy: convertedBy ?? null, userDefinedMetadata, modelTopology },
    weightsManifest: [{ paths: ["weights.bin"], weights: weightSpecs }],
  };
  return [
    { name: "model.json", bytes: new TextEncoder().encode(`${JSON.stringify(manifest)}\n`) },
    { name: "weights.bin", bytes: new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)) },
  ];
}

function safetensorsOf(run: FinishedRun): Uint8Array<ArrayBuffer> {
  const { round, ...about } = recordOf(run);
  const tensors = run.layout.tensors.map(({ name, shape, offset, size }) => ({
    ...{ name, shape },
    values: run.parameters.subarray(offset, offset + size),
  }));
  return writeSafetensors({ tensors, metadata: { format: "copse", ...about, rounds: String(round) } });
}
