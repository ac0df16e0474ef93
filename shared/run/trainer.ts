import type { Layout } from "../base/layout.ts";
import type { Scheme } from "../compress/types.ts";
import type { Delta } from "../vector/device-vector.ts";
import type { State } from "../vector/update.ts";

/** What a trainer does between two commits. */
export interface LocalOptions {
  /** Selects the batches: the same round, seat and seed draw the same samples. */
  readonly round: number;
  /** H, the number of local steps. */
  readonly steps: number;
  /** Samples a step. */
  readonly batch: number;
  /** γ, the local step size. */
  readonly rate: number;
  /** μ of FedProx (Li et al. 2020): the steps descend f(x) + (μ/2)‖x − x_start‖²; 0 if left out. Stable where γ(L + μ) < 2. */
  readonly proximal?: number;
}

export interface LocalUpdate<X extends Delta = Float32Array> {
  /** Δ = x_start − x_local of the trained parameters: what a descent step subtracts. Owned by the caller. */
  readonly delta: X;
  /** How many samples were seen: the weight of Δ. */
  readonly samples: number;
  /** Mean training loss over the steps, without a proximal term. */
  readonly loss: number;
  /** The layout's statistics after the steps; absent where it has none. Owned by the caller. */
  readonly statistics?: Float32Array;
}

/** What a trainer measures on held-out samples, summed so that parts add up. Names are the run's: the kernel knows numbers alone. */
export interface Evaluation {
  /** Σ over the samples of each metric: the loss, then, for a classifier, the hits, and of few classes counts (`confusionOf`). At most `maxSums`. */
  readonly sums: readonly number[];
  /** Samples tested. */
  readonly count: number;
}

/** Slice `part` of `of` equal slices. */
export interface Slice {
  readonly part: number;
  readonly of: number;
  /** Whether a fixed part of it will do, where all of it would take longer than a round's training. */
  readonly isBrief?: true;
}

/** Indices into the trainer's own training samples. */
export type Batch = Uint32Array;

/** The only thing that knows that a model exists. X: what it gives for an update. */
export interface Trainer<X extends Delta = Float32Array> {
  readonly layout: Layout;
  /** The number of own training samples. */
  readonly samples: number;
  /** K, where the sums of `evaluate` hold a confusion matrix of K classes; absent where they hold none. */
  readonly classes?: number;
  /** The run's scheme for updates that are not arrays, where they are not; absent where any scheme takes them. */
  readonly scheme?: Scheme<State, State, Delta>;
  /** Sets the model's parameters (copied). */
  load(parameters: Float32Array): Promise<void>;
  /** H steps of its local optimizer from the loaded parameters; leaves the model at x_local. Gives way to other events between steps. */
  localUpdate(options: LocalOptions): Promise<LocalUpdate<X>>;
  /**
   * Mean loss and its gradient, by the trained parameters, over a batch at all d given ones (leaves the model there). Where samples are
   * changed at random or a layer draws, with the draws of the round's first local step; without a round the samples are as they are.
   */
  gradientAt(parameters: Float32Array, batch: Batch, round?: number): Promise<{ loss: number; gradient: Float32Array }>;
  /** The metrics on a slice of the held-out set, at the loaded parameters. */
  evaluate(slice: Slice): Promise<Evaluation>;
  dispose(): void;
}
