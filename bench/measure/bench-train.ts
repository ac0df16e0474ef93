import * as tf from "@tensorflow/tfjs";
import type * as tfl from "@tensorflow/tfjs-layers";
import { layoutOfModel, variablesOf } from "../../client/models/layout-of-model.ts";
import { modelOf } from "../../client/models/model-of.ts";
import { setParameters } from "../../client/models/model-parameters.ts";
import { type Forward, planOf } from "../../client/models/plan/plan.ts";
import { nodeBackends } from "../../client/node/tensorflow.ts";
import { crossEntropy } from "../../client/tasks/losses/cross-entropy.ts";
import { initialParameters } from "../../shared/run/initial-parameters.ts";
import { modelOperations } from "./model-operations.ts";

/** One step of SGD on WebAssembly, on one thread, its batch being there. */
export interface TrainRow {
  readonly type: "train";
  readonly model: string;
  readonly parameters: number;
  readonly batch: number;
  /** Processor time of one core: what other programs take of it does not count. */
  readonly milliseconds: number;
  /** Operations that the model's equations ask for. */
  readonly gflop: number;
  readonly gflops: number;
  /** gflops over those of tfjs's own product of two matrices of 512 × 512, in the same run. */
  readonly share: number;
  /** The same step by tfjs's own layers and gradients, with our kernels where tfjs has none. */
  readonly tfjsMilliseconds: number | null;
  /** Speed relative to that. */
  readonly ratio: number | null;
  readonly runs: number;
}

interface Case {
  readonly text: string;
  readonly input: readonly number[];
  readonly outputs: number;
}

const cases: readonly Case[] = [
  { text: "softmax", input: [28, 28, 1], outputs: 10 },
  { text: "mlp(64)", input: [28, 28, 1], outputs: 10 },
  { text: "cnn", input: [28, 28, 1], outputs: 10 },
  { text: "resnet(18, width=8)", input: [32, 32, 3], outputs: 10 },
  { text: "gpt(layers=3, heads=3, width=48, context=64)", input: [64], outputs: 65 },
];

const rate = 0.01;
const side = 512;
/** Processor time is counted in steps of microseconds up to milliseconds: a measurement takes at least about so many operations. */
const operationsOfRun = 2e8;

/** Measures a step of each built-in model beside tfjs's own layers and a product of matrices. */
export async function* trainRows({ isQuick }: { readonly isQuick: boolean }): AsyncGenerator<TrainRow> {
  nodeBackends();
  await tf.setBackend("wasm");
  const runs = isQuick ? 1 : 21;
  const batch = isQuick ? 2 : 32;
  const [a, b] = [tf.randomNormal([side, side], 0, 1, "float32", 1), tf.randomNormal([side, side], 0, 1, "float32", 2)];
  const yardstick = async (): Promise<void> => tf.matMul(a, b).dispose();
  const yardOperations = 2 * side ** 3;
  for (const { text, input, outputs } of cases) {
    const model = await modelOf(text).build({ input, outputs });
    const layout = layoutOfModel(model);
    setParameters(model, layout, initialParameters(layout, 1));
    const samples = samplesOf(text, [batch, ...input], outputs);
    const operations = modelOperations(model, [batch, ...input]);
    const step = (forward: Forward) => () => descend(model, forward, samples);
    const plan = step(planOf(model));
    // Norms and attention by tfjs's operations take a hundred times as long.
    const hasRival = !text.startsWith("gpt") && !isQuick;
    const rival = step((inputs, isTraining) => model.apply(inputs, { training: isTraining }) as tf.Tensor);
    const repeats = isQuick ? 1 : Math.max(1, Math.round(operationsOfRun / operations));
    const yardRepeats = isQuick ? 1 : Math.max(1, Math.round((repeats * operations) / yardOperations));
    const found: { plan: number; yard: number; rival: number }[] = [];
    for (let turn = isQuick ? -1 : -2; turn < runs; turn += 1) {
      const times = { plan: await timed(plan, repeats), yard: await timed(yardstick, yardRepeats), rival: 0 };
      if (hasRival) times.rival = await timed(rival, repeats);
      if (turn >= 0) found.push(times);
    }
    const gflop = operations / 1e9;
    const milliseconds = median(found.map((times) => times.plan));
    // A ratio of times that were measured one after the other, so that a slower processor slows both.
    const share = median(found.map((times) => (operations / times.plan) * (times.yard / yardOperations)));
    yield {
      ...{ type: "train", model: text, parameters: layout.length, batch, milliseconds, gflop },
      ...{ gflops: gflop / (milliseconds / 1e3), share },
      tfjsMilliseconds: hasRival ? median(found.map((times) => times.rival)) : null,
      ratio: hasRival ? median(found.map((times) => times.rival / times.plan)) : null,
      runs,
    };
    tf.dispose([samples.inputs, samples.labels]);
    model.dispose();
  }
  tf.dispose([a, b]);
}

interface Samples {
  readonly inputs: tf.Tensor;
  /** One for each sample, or for each token. */
  readonly labels: tf.Tensor;
}

function samplesOf(text: string, shape: number[], outputs: number): Samples {
  const isTokens = modelOf(text).takes === "tokens";
  const rows = isTokens ? shape[0]! * shape[1]! : shape[0]!;
  const numbers = (step: number): Int32Array => Int32Array.from({ length: rows }, (_, i) => (i * step) % outputs);
  return tf.tidy(() => ({
    inputs: isTokens ? tf.tensor(numbers(7), shape, "int32") : tf.randomUniform(shape, 0, 1, "float32", 1),
    labels: tf.tensor(numbers(3), isTokens ? shape : [rows], "int32"),
  }));
}

/** x ← x − γ∇f(x); waits for the loss. */
async function descend(model: tfl.LayersModel, forward: Forward, { inputs, labels }: Samples): Promise<void> {
  const { trained } = variablesOf(model);
  const value = tf.tidy(() => {
    const loss = (): tf.Scalar => crossEntropy(forward(inputs, true), labels);
    const { value, grads } = tf.valueAndGrads(loss)([...trained], tf.scalar(rate));
    for (const [i, variable] of trained.entries()) variable.assign(tf.sub(variable, grads[i]!));
    return value;
  });
  await value.data();
  value.dispose();
}

/** Milliseconds of one core that a task takes, other programs left out. */
async function timed(task: () => Promise<unknown>, repeats: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < repeats; i += 1) await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3 / repeats;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
