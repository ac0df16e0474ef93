import type * as tfl from "@tensorflow/tfjs-layers";
import { checkTrainable } from "../check-trainable.ts";
import { layoutOfModel, variablesOf } from "../layout-of-model.ts";
import { loadLayers } from "./load-layers.ts";
import { ModelError } from "./model-error.ts";
import type { NamedTensor } from "./named-tensor.ts";
import type { OwnModel, Topology } from "./own-model.ts";
import { refuseActivityRegularizers } from "./refuse-activity-regularizers.ts";
import { refuseUntrainable } from "./refuse-untrainable.ts";
import { sortedKeys } from "./sorted-keys.ts";
import { trialCost, trialSamples } from "./trial-cost.ts";
import { withoutSoftmax } from "./without-softmax.ts";

/** A peer's backend is compared with this one, too, by four samples within two minutes. */
const maxTrialSeconds = 60;

/**
 * A person's own model, once it is known that it can be trained: loaded, one step of it tried, and read back. Runs on the current backend,
 * which must keep float32 as it is, as cpu and wasm do. O(one training step).
 * @throws {ModelError} (as a rejection) by the layer's name, or with what tfjs says
 */
export async function readOwnModel(modelTopology: object, weights: readonly NamedTensor[]): Promise<OwnModel> {
  refuseActivityRegularizers(modelTopology);
  const model = await loadLayers(modelTopology, weights);
  try {
    refuseUntrainable(model);
    refuseHeavy(model);
    const topology = topologyOf(model);
    await tryToTrain(withoutSoftmax(topology), weights);
    const layout = layoutOfModel(model, { hasWeights: true });
    const { trained, statistics } = variablesOf(model);
    const values = await Promise.all([...trained, ...statistics].map((one) => one.data<"float32">()));
    return {
      topology,
      weights: await Promise.all(
        model.weights.map(async (weight) => {
          const tensor = weight.read();
          return { name: weight.originalName, shape: tensor.shape, values: Float32Array.from(await tensor.data<"float32">()) };
        }),
      ),
      tensors: layout.tensors.map(({ name, shape }, i) => ({ name, shape, values: Float32Array.from(values[i]!) })),
      takes: model.inputs[0]!.shape.slice(1),
      gives: model.outputs[0]!.shape.slice(1),
    };
  } catch (cause) {
    // What the plan, the layout and the trial refuse, they refuse by the layer's name.
    if (cause instanceof RangeError) throw new ModelError(`model.json: ${cause.message}`, { cause });
    throw cause;
  } finally {
    model.dispose();
  }
}

/** @throws {ModelError} if its trial would keep the processor for longer than a person waits */
function refuseHeavy(model: tfl.LayersModel): void {
  const { seconds, heaviest } = trialCost(model);
  if (seconds <= maxTrialSeconds) return;
  const layer = heaviest!;
  throw new ModelError(
    `model.json: expected a model of which a trial of ${trialSamples} samples takes about a minute on one core, got one of about ` +
      `${Math.ceil(seconds / 60)} minutes, most of it in layer ${layer.name} (${layer.getClassName()})`,
  );
}

/** As tfjs writes it, keys in order: one text for one model, whoever wrote the file. */
function topologyOf(model: tfl.LayersModel): Topology {
  const { class_name, config } = sortedKeys(model.toJSON(null, false)) as Topology;
  return { class_name, config };
}

async function tryToTrain(topology: Topology, weights: readonly NamedTensor[]): Promise<void> {
  const model = await loadLayers(topology, weights);
  try {
    checkTrainable(model);
  } finally {
    model.dispose();
  }
}
