import * as tf from "@tensorflow/tfjs";
import type * as tfl from "@tensorflow/tfjs-layers";
import { variablesOf } from "../../../client/models/layout-of-model.ts";
import { planOf } from "../../../client/models/plan/plan.ts";

/** What a step of training computes of a model, each as plain numbers. */
export interface Differentiated {
  readonly loss: number;
  readonly gradients: readonly (readonly number[])[];
  readonly statistics: readonly (readonly number[])[];
}

/** Inputs of a model, the same at each call, and what is asked of its outputs. */
export interface Case {
  readonly inputs: () => tf.Tensor;
  readonly loss: (outputs: tf.Tensor) => tf.Scalar;
}

/** Loss and gradients on a backend: by the plan, or by tfjs alone. The statistics are as they were again afterwards. */
export async function differentiated(
  model: tfl.LayersModel,
  { inputs, loss }: Case,
  { backend, by }: { readonly backend: string; readonly by: "plan" | "apply" },
): Promise<Differentiated> {
  await tf.setBackend(backend);
  const { trained, statistics } = variablesOf(model);
  const before = statistics.map((one) => tf.clone(one));
  const plan = planOf(model);
  const forward = (x: tf.Tensor): tf.Tensor =>
    by === "plan" ? plan(x, true) : (model.apply(x, { training: true }) as tf.Tensor);
  const { value, grads } = tf.tidy(() => tf.valueAndGrads(() => loss(forward(inputs())))([...trained]));
  const [found] = await value.data();
  const gradients = await Promise.all(grads.map(async (one) => [...(await one.data())]));
  const taken = await Promise.all(statistics.map(async (one) => [...(await one.data())]));
  for (const [i, one] of statistics.entries()) one.assign(before[i]!);
  tf.dispose([value, ...grads, ...before]);
  return { loss: found!, gradients, statistics: taken };
}

/** Numbers between −1 and 1 that do not repeat. */
export function wavy(shape: readonly number[], phase = 0): tf.Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1 + phase + 1.7 * i + 0.01 * i * i)),
    [...shape],
  );
}

/** ‖a − b‖/‖b‖. */
export function relativeGap(a: readonly number[], b: readonly number[]): number {
  const gap = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  const norm = b.reduce((sum, value) => sum + value ** 2, 0);
  return gap === 0 ? 0 : Math.sqrt(gap / norm);
}
