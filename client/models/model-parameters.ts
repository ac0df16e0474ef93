import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { Layout } from "../../shared/base/layout.ts";
import { variablesOf } from "./layout-of-model.ts";

/** Sets a model's weights from a flat vector of its layout. O(d). @throws {RangeError} if the vector is of another length */
export function setParameters(model: tfl.LayersModel, layout: Layout, parameters: Float32Array): void {
  if (parameters.length !== layout.length) throw new RangeError(`expected ${layout.length} parameters, got ${parameters.length}`);
  const { trained, statistics } = variablesOf(model);
  tf.tidy(() => {
    for (const [i, variable] of [...trained, ...statistics].entries()) {
      const { offset, size, shape } = layout.tensors[i]!;
      // Backends may keep the array that they are given.
      variable.assign(tf.tensor(parameters.slice(offset, offset + size), [...shape], "float32"));
    }
  });
}

/** A model's weights as a flat vector of its layout. */
export async function readParameters(model: tfl.LayersModel, layout: Layout): Promise<Float32Array> {
  const { trained, statistics } = variablesOf(model);
  const parameters = new Float32Array(layout.length);
  for (const [i, variable] of [...trained, ...statistics].entries())
    parameters.set(await variable.data<"float32">(), layout.tensors[i]!.offset);
  return parameters;
}
