import type { CheckpointStore } from "../training/checkpoint.ts";
import type { Gate } from "./gate.ts";

/** What a peer's disk keeps while its lives come and go. */
export interface MemoryStore {
  /** As one life has it: what is being saved when that ends is not saved. */
  of(gate: Gate): CheckpointStore;
}

/** @param saveMs how long a save takes */
export function createMemoryStore(saveMs: number): MemoryStore {
  let content: Uint8Array | null = null;
  return {
    of: ({ clock }) => ({
      load: async () => content?.slice() ?? null,
      save: (bytes) =>
        new Promise((resolve) => {
          clock.after(saveMs, () => {
            content = bytes;
            resolve();
          });
        }),
      async forget() {
        content = null;
      },
    }),
  };
}
