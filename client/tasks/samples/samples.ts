import type { Rng } from "../../../shared/base/random.ts";
import type { Batch } from "../../../shared/run/trainer.ts";

/** A batch as a model takes it, row-major, on the CPU. */
export interface Gathered {
  /** n · the product of the model's input sides: pixels, features, or tokens. */
  readonly inputs: Float32Array | Int32Array;
  /** n · targets of a sample: class numbers and tokens as Int32Array, numbers as Float32Array. */
  readonly targets: Float32Array | Int32Array;
}

export interface GatherOptions {
  /** The task's statistics on the replica, by which inputs and targets are brought to a common scale; empty where a task has none. */
  readonly statistics: Float32Array;
  /** Draws crops and flips; absent where samples are tested. */
  readonly rng?: Rng;
}

/** Samples of a task, as compact as its data are. */
export interface Samples {
  readonly count: number;
  /**
   * This peer's own statistics, what it adds to the mean over the members: means and mean squares of columns. Empty where the task
   * has none.
   */
  readonly statistics: Float32Array;
  /** The chosen samples, copied. O(batch). @throws {RangeError} if an index names no sample */
  gather(batch: Batch, options: GatherOptions): Gathered;
}

/** @throws {RangeError} if an index names no sample */
export function requireSample(sample: number, count: number): number {
  if (sample < count) return sample;
  throw new RangeError(`expected a sample below ${count}, got ${sample}`);
}

export const noStatistics = new Float32Array(0);
