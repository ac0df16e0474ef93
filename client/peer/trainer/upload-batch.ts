import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../../../shared/training/trainer.ts";
import type { LabelledImages } from "../data/data-set.ts";

/** Training sets up to this size lie on the device for good; larger ones are uploaded batch by batch. Half of a phone's tab. */
const deviceBytes = 128 * 2 ** 20;

/** The samples of a batch: images [n, pixels] and one-hot targets [n, classes]. */
export interface BatchTensors {
  readonly images: tf.Tensor2D;
  readonly targets: tf.Tensor2D;
}

/** A peer's training samples, ready to be gathered into batches. */
export interface SampleStore {
  readonly count: number;
  /** Call within `tf.tidy`: the tensors are the caller's. */
  gather(batch: Batch): BatchTensors;
  dispose(): void;
}

export interface StoreOptions {
  readonly classes: number;
  /** Keep the images on the device if they take no more bytes than this. */
  readonly deviceBytes?: number;
}

export function createSampleStore(samples: LabelledImages, options: StoreOptions): SampleStore {
  const { images, labels } = samples;
  const count = labels.length;
  const pixels = images.length / count;
  const targets = oneHot(labels, options.classes);
  if (images.byteLength > (options.deviceBytes ?? deviceBytes)) {
    return {
      count,
      gather: (batch) => ({
        images: tf.tensor2d(gatherRows(images, pixels, batch), [batch.length, pixels]),
        targets: tf.tensor2d(gatherRows(targets, options.classes, batch), [batch.length, options.classes]),
      }),
      dispose: () => {},
    };
  }
  const allImages = tf.tensor2d(images, [count, pixels]);
  const allTargets = tf.tensor2d(targets, [count, options.classes]);
  return {
    count,
    gather: (batch) => {
      const rows = tf.tensor1d(Int32Array.from(batch), "int32");
      return { images: tf.gather(allImages, rows), targets: tf.gather(allTargets, rows) };
    },
    dispose: () => tf.dispose([allImages, allTargets]),
  };
}

/** n × classes: 1 at the label, 0 elsewhere. */
function oneHot(labels: Uint8Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i += 1) rows[i * classes + labels[i]!] = 1;
  return rows;
}

function gatherRows(rows: Float32Array, width: number, batch: Batch): Float32Array {
  const gathered = new Float32Array(batch.length * width);
  for (let i = 0; i < batch.length; i += 1) {
    gathered.set(rows.subarray(batch[i]! * width, (batch[i]! + 1) * width), i * width);
  }
  return gathered;
}
