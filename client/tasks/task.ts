import type * as tf from "@tensorflow/tfjs-core";
import type { TaskName } from "../../shared/run/tasks.ts";
import type { FoundData } from "../data/found-data.ts";
import type { DataSchema } from "../data/schema/schema.ts";
import type { ModelShape } from "../models/model-method.ts";
import type { Gathered, Samples } from "./samples/samples.ts";

/** Model outputs that were read back, and what they are judged by. */
export interface Outcome extends Pick<Gathered, "targets"> {
  /** n rows of outputs, row-major. */
  readonly outputs: Float32Array;
  /** The task's statistics on the replica. */
  readonly statistics: Float32Array;
}

export interface SampleOptions {
  /** Tokens that the model sees at once, where it takes tokens. */
  readonly context: number;
  readonly isTest: boolean;
  /** Whether pictures are moved and mirrored when they are drawn for training. */
  readonly isAugmented?: boolean;
}

/**
 * What is learned: how data become samples, what a model must take and give, the loss and the metrics. It knows no model; a model
 * knows no task.
 */
export interface Task {
  readonly name: TaskName;
  /** What a model of this task takes and gives. @throws {DataError} (as a rejection) if the schema is of another kind of data */
  shape(schema: DataSchema, context: number): Promise<ModelShape>;
  /** Length of the statistics that all members' means make; 0: none. */
  statistics(schema: DataSchema): number;
  /** Samples of data that fit the schema. @throws {DataError} (as a rejection) if there are none */
  samples(found: FoundData, schema: DataSchema, options: SampleOptions): Promise<Samples>;
  /** Samples that are tested in a round, where testing one costs as much as training on it. Absent: all. The final model is tested on all. */
  readonly briefly?: number;
  /** Mean loss of a batch: outputs [n, …], targets as the samples give them. Differentiable in the outputs. */
  loss(outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar;
  /**
   * Sums of the task's two metrics, the counts of few classes (`confusionSums`), and the number of samples, in float64: the outputs
   * are read back anyway, and no shader compiler can optimize a NaN away.
   */
  measure(outcome: Outcome): { readonly sums: readonly [number, number, ...number[]]; readonly count: number };
}
