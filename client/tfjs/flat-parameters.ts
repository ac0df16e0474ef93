import * as tf from "@tensorflow/tfjs-core";
import type { Layout } from "../../shared/base/layout.ts";
import { TrainingError } from "./training-error.ts";

/** The tensors end to end, on the device. */
export function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.tidy(() => tf.concat1d(tensors.map((tensor) => tf.reshape<tf.Rank.R1>(tensor, [tensor.size]))));
}

/**
 * Reads a flat vector back and disposes of it. Finiteness is checked here, on the CPU, since a shader compiler may
 * optimize such a test away.
 * @throws {TrainingError} if a value is not finite
 */
export async function readBack(flat: tf.Tensor1D, layout: Layout, what: string): Promise<Float32Array> {
  try {
    const values = Float32Array.from(await flat.data<"float32">());
    for (let i = 0; i < values.length; i += 1) {
      if (!Number.isFinite(values[i])) throw notFinite(values[i]!, i, layout, what);
    }
    return values;
  } finally {
    flat.dispose();
  }
}

function notFinite(value: number, index: number, layout: Layout, what: string): TrainingError {
  const tensor = layout.tensors.find(({ offset, size }) => index < offset + size);
  return new TrainingError(`expected a finite ${what}, got ${value} in ${tensor?.name}: the step size may be too large`);
}
