import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { activate } from "../operations/activation.ts";
import { isReLU, leanStep } from "./lean-steps.ts";
import { callOf, type Run } from "./step.ts";

/** The outputs of a model for inputs, the first axis of both being the samples. `isTraining`: dropout drops, statistics are taken. */
export type Forward = (inputs: tf.Tensor, isTraining: boolean) => tf.Tensor;

/** One call of a layer. */
export interface Step {
  readonly layer: tfl.layers.Layer;
  /** The steps whose values it takes; the first step is the model's input. */
  readonly from: readonly number[];
  readonly run: Run;
  /** Whether its value depends on a weight that is trained. */
  readonly isLearned: boolean;
}

/**
 * A model as a list of steps in the order of its graph, in place of `model.apply`: no checks, names and masks at each call, and the
 * layers that most models are made of by operations whose gradients are written out (`leanStep`). The values and gradients are those of
 * tfjs, and what is left of the layers are their weights: `model.save` writes what `model.apply` computes.
 * A model with masks or several outputs of one layer runs by `apply`.
 * @throws {RangeError} if it has not exactly one input and one output
 */
export function planOf(model: tfl.LayersModel): Forward {
  const steps = stepsOf(model);
  if (steps === null) return (inputs, isTraining) => model.apply(inputs, { training: isTraining }) as tf.Tensor;
  return (inputs, isTraining) => {
    const values: tf.Tensor[] = [];
    for (const { from, run } of steps) {
      const given = from.length === 0 ? [inputs] : from.map((at) => values[at]!);
      values.push(run(given, isTraining));
    }
    return values.at(-1)!;
  };
}

/** The steps of a model; null: it runs by `apply`. @throws {RangeError} if it has not exactly one input and one output */
export function stepsOf(model: tfl.LayersModel): readonly Step[] | null {
  const [input, output] = [model.inputs[0], model.outputs[0]];
  if (input === undefined || output === undefined || model.inputs.length + model.outputs.length !== 2)
    throw new RangeError(`expected a model of one input and one output, got ${model.inputs.length} and ${model.outputs.length}`);
  const order = inOrder(output);
  if (order.some((one) => one.outputTensorIndex != null || makesMask(one.sourceLayer))) return null;
  const slots = new Map(order.map((one, at) => [one, at]));
  const uses = new Map<tfl.SymbolicTensor, number>();
  for (const from of order.flatMap((one) => one.inputs)) uses.set(from, (uses.get(from) ?? 0) + 1);
  /** Whose ReLU is the step before's: it alone reads that one. */
  const taken = new Set(
    order.filter(({ sourceLayer, inputs: [from] }) => isReLU(sourceLayer) && from !== input && uses.get(from!) === 1),
  );
  const followed = new Set([...taken].map((one) => one.inputs[0]!));
  const learned = new Set<tfl.SymbolicTensor>();
  return order.map((one): Step => {
    const layer = one.sourceLayer;
    const from = one.inputs.map((from) => slots.get(from)!);
    const isData = !one.inputs.some((from) => learned.has(from));
    const isLearned = !isData || layer.trainableWeights.length > 0;
    if (isLearned) learned.add(one);
    if (one === input || taken.has(one)) return { layer, from, run: ([x]) => x!, isLearned };
    const then = followed.has(one) ? "relu" : "linear";
    const call = callOf(layer, one.callArgs);
    return { layer, from, run: leanStep(layer, { isData, then }) ?? ((...given) => activate(call(...given), then)), isLearned };
  });
}

/** What the output is computed from, itself the last; each after its own inputs. */
function inOrder(output: tfl.SymbolicTensor): readonly tfl.SymbolicTensor[] {
  const order = new Set<tfl.SymbolicTensor>();
  const open = [output];
  while (open.length > 0) {
    const one = open.at(-1)!;
    const missing = one.inputs.filter((from) => !order.has(from));
    open.push(...missing);
    if (missing.length > 0) continue;
    order.add(one);
    open.pop();
  }
  return [...order];
}

/** Whether a layer makes a mask of what is padding; the layers after it are told by `apply`. */
function makesMask(layer: tfl.layers.Layer): boolean {
  if ("layers" in layer) return (layer as unknown as tfl.LayersModel).layers.some(makesMask);
  return layer.getClassName() === "Masking" || layer.getConfig()["maskZero"] === true;
}
