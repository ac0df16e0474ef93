import * as tf from "@tensorflow/tfjs";
import type { LabeledImages } from "../../client/data/data-set.ts";
import { drawCrowd, glyphShape } from "../../client/data/glyphs.ts";
import { nodeBackends } from "../../client/node/tensorflow.ts";
import { imageData } from "../../client/tasks/image-data.ts";
import { createTrainer } from "../../client/tfjs/create-trainer.ts";
import { toTensors } from "../../client/tfjs/flat-parameters.ts";
import { initialParameters } from "../../shared/run/initial-parameters.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import { sideBySide, type Task } from "./bench-measure.ts";

/** One step of SGD, with the upload of the batch and the reading back of the update. */
export interface TrainRow {
  readonly type: "train";
  readonly model: "cnn";
  readonly backend: "wasm" | "cpu";
  /** `stock`: the gradients are tfjs's own; it has none for convolution filters on wasm. */
  readonly kernels: "own" | "stock";
  readonly parameters: number;
  readonly batch: number;
  readonly milliseconds: number;
  /** Speed relative to tfjs's own step on its cpu backend. */
  readonly ratio: number;
  readonly runs: number;
}

const rate = 0.1;

/** Measures a step of the convolutional network on the backends that Node has. */
export async function* trainRows({ isQuick }: { readonly isQuick: boolean }): AsyncGenerator<TrainRow> {
  nodeBackends();
  const runs = isQuick ? 3 : 7;
  // tfjs's own step of 32 images takes seconds.
  const batch = isQuick ? 4 : 32;
  const samples = drawCrowd(1, 0, batch);
  const data = imageData({ ...glyphShape, train: samples, test: samples });
  const on = async (backend: TrainRow["backend"]): Promise<{ trainer: Trainer; task: Task }> => {
    const trainer = await createTrainer({ model: "cnn", seed: 1 }, data, 0, backend);
    await trainer.load(initialParameters(trainer.layout, 1));
    const run = (): unknown => trainer.localUpdate({ round: 1, steps: 1, batch, rate });
    return { trainer, task: { before: () => tf.setBackend(backend), run } };
  };
  const wasm = await on("wasm");
  const cpu = await on("cpu");
  const { layout } = cpu.trainer;
  const parameters = toTensors(initialParameters(layout, 1), layout);
  const stock: Task = { before: () => tf.setBackend("cpu"), run: () => stockStep(parameters, samples) };
  const medians = await sideBySide({ "wasm own": wasm.task, "cpu own": cpu.task, "cpu stock": stock }, { runs });
  tf.dispose(parameters);
  wasm.trainer.dispose();
  cpu.trainer.dispose();
  const slowest = medians.get("cpu stock")!;
  for (const [name, milliseconds] of medians) {
    const [backend, kernels] = name.split(" ") as [TrainRow["backend"], TrainRow["kernels"]];
    const about = { type: "train", model: "cnn", backend, kernels, parameters: layout.length, batch } as const;
    yield { ...about, milliseconds, ratio: slowest / milliseconds, runs };
  }
}

/** The same step in plain tfjs: its operations and its gradients. */
async function stockStep(parameters: readonly tf.Tensor[], samples: LabeledImages): Promise<void> {
  const batch = samples.labels.length;
  const stepped = tf.tidy(() => {
    const pictures = tf.tensor4d(samples.images, [batch, glyphShape.height, glyphShape.width, glyphShape.channels]);
    const targets = tf.cast(tf.oneHot(tf.tensor1d(samples.labels, "int32"), glyphShape.classes), "float32");
    const layer = (x: tf.Tensor4D, filters: tf.Tensor, bias: tf.Tensor): tf.Tensor4D =>
      tf.avgPool(tf.relu(tf.add<tf.Tensor4D>(tf.conv2d(x, filters as tf.Tensor4D, 1, "same"), bias)), 2, 2, "valid");
    const loss = (...[first, b1, second, b2, weights, b3]: tf.Tensor[]): tf.Scalar => {
      const features = layer(layer(pictures, first!, b1!), second!, b2!);
      const logits = tf.add(tf.matMul(tf.reshape(features, [batch, features.size / batch]), weights!), b3!);
      return tf.losses.softmaxCrossEntropy(targets, logits);
    };
    const gradients = tf.grads(loss)([...parameters]);
    return parameters.map((parameter, i) => tf.sub(parameter, tf.mul(gradients[i]!, rate)));
  });
  for (const tensor of stepped) await tensor.data();
  tf.dispose(stepped);
}
