import type * as tf from "@tensorflow/tfjs-core";

/** A trained tensor. */
export interface LocalTensor {
  /** As in the layout. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a step starts from. */
export interface LocalStep {
  readonly gradient: tf.Tensor;
  readonly value: tf.Tensor;
  readonly slots: readonly tf.Tensor[];
  /** t = 1, 2, …: steps that the slots hold, with this one. */
  readonly count: number;
  /** γ. */
  readonly rate: number;
}

/** How one tensor is stepped. */
export interface LocalRule {
  /** Tensors of its shape that it remembers from step to step; they begin at zero. */
  readonly slots: number;
  /** What the step subtracts, and the slots after it. Runs inside a tidy; disposes of nothing. O(size), or as said. */
  step(from: LocalStep): { readonly step: tf.Tensor; readonly slots: readonly tf.Tensor[] };
}

/** What a peer does with its own gradients between two rounds: a rule for each tensor. Its memory stays on the peer. */
export type LocalOptimizer = (tensor: LocalTensor) => LocalRule;
