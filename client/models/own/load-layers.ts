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
 * The layers model of a topology and its weights, on the current backend. One that is refused leaves no tensor there.
 * @throws {ModelError} (as a rejection) with what tfjs says, if it does not know a layer, or the weights do not fit the topology
 */
export async function loadLayers(modelTopology: object, weights: readonly NamedTensor[]): Promise<tfl.LayersModel> {
  const { handler, dropVariables } = bareTopology(modelTopology);
  let model: tfl.LayersModel | null = null;
  try {
    model = await tfl.loadLayersModel(handler);
    setWeights(model, weights);
    return model;
  } catch (cause) {
    if (model === null) dropVariables();
    else model.dispose();
    const said = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " ").slice(0, maxReason);
    const reason = `expected a layers model whose weights fit it, got one that tfjs cannot load: ${said}`;
    throw new ModelError(`model.json: ${reason}`, { cause });
  }
}

/**
 * What tfjs builds a model of, its weights at 0. tfjs draws no weights where it is told of data for them, and sets them where it sees such
 * a second time: it is told once. So `setWeights` sets them, whose tensors are in reach if that fails.
 */
function bareTopology(modelTopology: object): { readonly handler: tf.io.IOHandler; dropVariables(): void } {
  let before: ReadonlySet<tf.Variable> | null = null;
  const artifacts: tf.io.ModelArtifacts = {
    // Read as tfjs begins to build: it makes all variables of the model in that turn.
    get modelTopology() {
      before ??= new Set(Object.values(tf.engine().registeredVariables));
      return modelTopology;
    },
    weightSpecs: [],
    get weightData() {
      delete artifacts.weightData;
      return new ArrayBuffer(0);
    },
  };
  return {
    handler: { load: async () => artifacts },
    dropVariables() {
      if (before === null) return;
      for (const one of Object.values(tf.engine().registeredVariables)) if (!before.has(one)) one.dispose();
    },
  };
}

/** @throws {Error} if a weight has no place in the model, is of another shape, or is missing */
function setWeights(model: tfl.LayersModel, weights: readonly NamedTensor[]): void {
  tf.tidy(() => {
    const named = weights.map(({ name, shape, values }) => [name, tf.tensor(values, [...shape], "float32")] as const);
    model.loadWeights(Object.fromEntries(named), true);
  });
}
