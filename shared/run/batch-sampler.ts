import { type Rng, seeded } from "../base/random.ts";
import type { Batch } from "./trainer.ts";

/**
 * Draws batches of own samples without replacement; when fewer than a batch are left over, a new epoch begins.
 * A batch never holds a sample twice, so it is clipped to the number of samples. O(samples) once, O(batch) a batch.
 */
export function createBatchSampler(samples: number, batch: number, rng: Rng): () => Batch {
  const size = Math.min(batch, samples);
  // A loop: of a text's windows `Uint32Array.from` takes longer than a small model's step.
  const order = new Uint32Array(samples);
  for (let i = 0; i < samples; i += 1) order[i] = i;
  let drawn = 0;
  return () => {
    if (drawn + size > samples) drawn = 0;
    // Fisher–Yates for the places of this batch only: every choice is equally likely, whatever the order of the rest.
    for (let i = drawn; i < drawn + size; i += 1) {
      const j = i + rng.integer(samples - i);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    drawn += size;
    return order.slice(drawn - size, drawn);
  };
}

/** A peer and a round, whose local steps draw their batches from one stream. */
export interface BatchStream {
  readonly seed: number;
  readonly seat: number;
  readonly round: number;
  /** The peer's own samples. */
  readonly samples: number;
  /** Samples a batch. */
  readonly batch: number;
}

/** The batches of a peer's local steps in a round, in their order. */
export function localBatches({ seed, seat, round, samples, batch }: BatchStream): () => Batch {
  return createBatchSampler(samples, batch, seeded(seed, "batch", seat, round));
}
