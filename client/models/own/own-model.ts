import type { NamedTensor } from "./named-tensor.ts";

/** A run's field `model` where its members bring the model. */
export const ownModelName = "own";

/** What tfjs writes for a model: its class and its layers. */
export interface Topology {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A person's own layers model, read and found trainable, as data: the same whether it came as files, from the server, or as an object. */
export interface OwnModel {
  readonly topology: Topology;
  /** All weights in the model's order, those of frozen layers too. */
  readonly weights: readonly NamedTensor[];
  /** The tensors of its layout: what is trained, then its statistics. */
  readonly tensors: readonly NamedTensor[];
  /** The sides of one sample that it takes, and of what it gives for one; null: any. */
  readonly takes: readonly (number | null)[];
  readonly gives: readonly (number | null)[];
}
