import type { Rng } from "../../shared/base/random.ts";
import type { Batch } from "../../shared/run/trainer.ts";

/**
 * Draws batches of own samples without replacement; when fewer than a batch are left over, a new epoch begins.
 * A batch never holds a sample twice, so it is clipped to the number of samples. O(samples) once, O(batch) a batch.
 */
export function createBatchSampler(samples: number, batch: number, rng: Rng): () => Batch {
  const size = Math.min(batch, samples);
  const order = Uint32Array.from({ length: samples }, (_, i) => i);
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
