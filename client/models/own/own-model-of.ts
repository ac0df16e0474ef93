import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { ModelError } from "./model-error.ts";
import type { NamedTensor } from "./named-tensor.ts";
import type { OwnModel } from "./own-model.ts";
import { readOwnModel } from "./read-own-model.ts";

/**
 * A layers model that a program has at hand, as data. The model itself is not kept and not changed.
 * @throws {ModelError} (as a rejection) by the layer's name, if it cannot be trained
 */
export async function ownModelOf(model: tfl.LayersModel): Promise<OwnModel> {
  const artifacts = await savedArtifacts(model);
  const { modelTopology, weightSpecs, weightData } = artifacts;
  if (modelTopology === undefined || weightSpecs === undefined || weightData === undefined)
    throw new ModelError("model: expected one with a topology and weights, got none");
  const bytes = tf.io.CompositeArrayBuffer.join(weightData);
  let at = 0;
  const weights = weightSpecs.map(({ name, shape, dtype }): NamedTensor => {
    if (dtype !== "float32") throw new ModelError(`weight ${name}: expected float32, got ${dtype}`);
    const size = shape.reduce((product, side) => product * side, 1);
    at += 4 * size;
    return { name, shape, values: new Float32Array(bytes.slice(at - 4 * size, at)) };
  });
  return readOwnModel(modelTopology as object, weights);
}

/** What tfjs saves of a model. */
export async function savedArtifacts(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts = {};
  const keep = tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
  });
  await model.save(keep);
  return saved;
}
