import type { CheckpointStore } from "../../replica/checkpoint.ts";
import type { Gate } from "./gate.ts";

/** What a peer's disk keeps while its lives come and go. */
export interface MemoryStore {
  /** As one life has it: what is being saved when that ends is not saved. */
  of(gate: Gate): CheckpointStore;
}

/** @param saveMs how long a save takes */
export function createMemoryStore(saveMs: number): MemoryStore {
  let content: Uint8Array | null = null;
  const aside: Uint8Array[] = [];
  return {
    of: ({ clock }) => ({
      load: async () => content?.slice() ?? null,
      save: (bytes) =>
        new Promise((resolve) => {
          clock.after(saveMs, () => {
            content = bytes.slice();
            resolve();
          });
        }),
      async setAside() {
        if (content !== null) aside.push(content);
        content = null;
        return "in memory";
      },
      async takeBack(isUsable) {
        const at = aside.findLastIndex(isUsable);
        if (at >= 0) content = aside.splice(at, 1)[0]!;
        return at >= 0;
      },
    }),
  };
}
