import type { Layout } from "../base/layout.ts";
import type { State, Update } from "../vector/update.ts";

/** The model that a step starts from, and the round, from 1. Read only. */
export interface SteppedModel {
  readonly round: number;
  readonly layout: Layout;
  readonly parameters: Float32Array;
}

/**
 * What the replicas do with the mean update of a round. Runs on every replica with the same bits: + − × ÷ and Math.sqrt only.
 * Its slots are replicated: they travel in snapshots and are hashed into the chain. A finite Δ leaves them finite.
 */
export interface Optimizer<Slots extends State = State> {
  init(length: number): Slots;
  /** What the replica subtracts for the mean update Δ. Writes to no argument. */
  step(delta: Update, slots: Slots, model: SteppedModel): { readonly step: Update; readonly slots: Slots };
}
