import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { ModelError } from "./model-error.ts";
import type { NamedTensor } from "./named-tensor.ts";
// Their registration is what a model that has them needs to be loaded.
import "../layers/causal-attention.ts";
import "../layers/gelu-layer.ts";
import "../layers/group-normalization.ts";
import "../layers/tied-embedding.ts";

/** Characters of tfjs's own words that are passed on. */
const maxReason = 300;

/**
 * The layers model of a topology and its weights, on the current backend.
 * @throws {ModelError} (as a rejection) with what tfjs says, if it does not know a layer, or the weights do not fit the topology
 */
export async function loadLayers(modelTopology: object, weights: readonly NamedTensor[]): Promise<tfl.LayersModel> {
  const weightSpecs = weights.map(({ name, shape }) => ({ name, shape: [...shape], dtype: "float32" as const }));
  const flat = new Float32Array(weights.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of weights) {
    flat.set(values, at);
    at += values.length;
  }
  try {
    return await tfl.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData: flat.buffer }));
  } catch (cause) {
    const said = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " ").slice(0, maxReason);
    const reason = `expected a layers model whose weights fit it, got one that tfjs cannot load: ${said}`;
    throw new ModelError(`model.json: ${reason}`, { cause });
  }
}
