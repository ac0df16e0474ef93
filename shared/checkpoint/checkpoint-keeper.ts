import type { Clock } from "../base/clock.ts";
import type { CheckpointStore } from "../replica/checkpoint.ts";
import { textOf } from "./load-checkpoint.ts";

/** A crash costs so much of what a peer alone has, its place in the chain; the others have the rounds. */
const paceMs = 10_000;

/** Saves a peer's checkpoints, one at a time, and not too often. No round waits for it. */
export interface CheckpointKeeper {
  /** The chain has moved: time to save, perhaps. `encode` is called at once, or not at all; null: there is nothing to save. */
  offer(encode: () => Uint8Array | null): void;
  /** The last one, after any that is under way; resolves when it is saved, or has failed. */
  last(bytes: Uint8Array): Promise<void>;
}

/** @param notice told once that checkpoints cannot be saved; it is tried again, for storage may have room later */
export function createCheckpointKeeper(store: CheckpointStore, clock: Clock, notice: (text: string) => void): CheckpointKeeper {
  let current: Promise<void> | null = null;
  let savedAt = Number.NEGATIVE_INFINITY;
  let isEnding = false;
  let hasToldFailure = false;

  const save = async (bytes: Uint8Array): Promise<void> => {
    try {
      await store.save(bytes);
    } catch (cause) {
      if (!hasToldFailure) notice(`checkpoints cannot be saved: ${textOf(cause)}; the run goes on without them`);
      hasToldFailure = true;
    }
    current = null;
  };

  return {
    offer(encode) {
      if (isEnding || current !== null || clock.now() < savedAt + paceMs) return;
      const bytes = encode();
      if (bytes === null) return;
      savedAt = clock.now();
      current = save(bytes);
    },
    async last(bytes) {
      isEnding = true;
      await current;
      await save(bytes);
    },
  };
}
