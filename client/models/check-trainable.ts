import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { trialSamples as samples } from "./own/trial-cost.ts";
import { planOf, type Step, stepsOf } from "./plan/plan.ts";

/**
 * Refuses a model that cannot be trained on the current backend: takes each layer's gradients at a few equal samples, as training would.
 * O(one training step).
 * @throws {RangeError} by the layer's name, with what tfjs says; or if the model has not exactly one input and one output
 */
export function checkTrainable(model: tfl.LayersModel): void {
  const steps = stepsOf(model);
  const { shape, dtype } = model.inputs[0]!;
  /** Weights that have a gradient in one call of their layer or another. */
  const reached = new Set<tf.Tensor>();
  tf.tidy(() => {
    const x = tf.cast(tf.fill([samples, ...shape.slice(1).map((side) => side ?? samples)], dtype === "int32" ? 1 : 0.5), dtype);
    if (steps === null) {
      checkStep({ layer: model, run: () => planOf(model)(x, true) }, { given: [], learned: [] }, reached);
      return;
    }
    const values: tf.Tensor[] = [];
    for (const step of steps) {
      const given = step.from.length === 0 ? [x] : step.from.map((at) => values[at]!);
      const learned = step.from.filter((at) => steps[at]!.isLearned).map((at) => values[at]!);
      values.push(checkStep(step, { given, learned }, reached));
    }
  });
  for (const { layer } of steps ?? [{ layer: model }]) {
    const idle = layer.trainableWeights.find((weight) => !reached.has(weight.read()));
    if (idle !== undefined) throw refusal(layer, `the loss does not depend on its ${idle.originalName.split("/").at(-1)}`);
  }
}

interface Inputs {
  readonly given: readonly tf.Tensor[];
  /** Those of them that depend on weights. */
  readonly learned: readonly tf.Tensor[];
}

/** A step's value, once it has the gradients that training asks for: of its weights, and of the inputs that depend on weights. */
function checkStep({ layer, run }: Pick<Step, "layer" | "run">, { given, learned }: Inputs, reached: Set<tf.Tensor>): tf.Tensor {
  try {
    const asked = [...new Set([...learned, ...layer.trainableWeights.map((weight) => weight.read())])];
    if (asked.length > 0) {
      const { grads } = tf.engine().gradients(() => tf.sum(run(given, true)), asked, undefined, true);
      for (const [i, one] of asked.entries()) if (grads[i] != null) reached.add(one);
    }
    return run(given, true);
  } catch (cause) {
    dropTape();
    throw refusal(layer, cause instanceof Error ? cause.message.replace(/\s+/g, " ") : String(cause), cause);
  }
}

/** Disposes what tfjs keeps for gradients, which it does itself only after it has taken them all. */
function dropTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth === 0) for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
}

function refusal(layer: tfl.layers.Layer, problem: string, cause?: unknown): RangeError {
  const what = `layer ${layer.name} (${layer.getClassName()})`;
  return new RangeError(`${what}: expected a layer that can be trained, but ${problem}`, { cause });
}
