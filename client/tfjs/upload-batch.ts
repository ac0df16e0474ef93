import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../../shared/run/trainer.ts";
import type { LabeledImages } from "../data/data-set.ts";

/** The samples of a batch: images [n, pixels] and one-hot targets [n, classes]. */
export interface BatchTensors {
  readonly images: tf.Tensor2D;
  readonly targets: tf.Tensor2D;
}

/**
 * Uploads the chosen samples; call within `tf.tidy`: the tensors are the caller's.
 * The samples stay on the CPU and each batch is copied over: on wasm that takes 0.03 ms for 32 images of 28×28, where
 * `tf.gather` from a set kept on the device takes 0.8 ms, and no data set is too large for the device.
 * @throws {RangeError} if an index names no sample
 */
export function uploadBatch({ images, labels }: LabeledImages, classes: number, batch: Batch): BatchTensors {
  const pixels = images.length / labels.length;
  const rows = new Float32Array(batch.length * pixels);
  const targets = new Float32Array(batch.length * classes);
  for (let i = 0; i < batch.length; i += 1) {
    const sample = batch[i]!;
    if (sample >= labels.length) throw new RangeError(`expected a sample below ${labels.length}, got ${sample}`);
    rows.set(images.subarray(sample * pixels, (sample + 1) * pixels), i * pixels);
    targets[i * classes + labels[sample]!] = 1;
  }
  return { images: tf.tensor2d(rows, [batch.length, pixels]), targets: tf.tensor2d(targets, [batch.length, classes]) };
}
