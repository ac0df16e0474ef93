import type { State, Update } from "../vector/update.ts";

/**
 * What the replicas do with the mean update of a round. Runs on every replica with the same bits: + − × ÷ and Math.sqrt only.
 * Its slots are replicated: they travel in snapshots and are hashed into the chain. A finite Δ leaves them finite.
 */
export interface Optimizer<Slots extends State = State> {
  init(length: number): Slots;
  /** What the replica subtracts for the mean update Δ. Writes to neither argument. */
  step(delta: Update, slots: Slots): { readonly step: Update; readonly slots: Slots };
}
