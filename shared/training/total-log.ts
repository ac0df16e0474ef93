import type { Hash } from "../hash.ts";
import type { Down } from "../wire/messages.ts";

/** The last totals, so that who missed a few gets just those. */
export interface TotalLog {
  /** `bytes`: the size of the total as encoded. */
  push(total: Down, bytes: number): void;
  /** The totals that lead from the chain at `hash` to the tip, oldest first; null where they are not all here. */
  after(hash: Hash): readonly Down[] | null;
  clear(): void;
}

/** More rounds than this behind, a snapshot is simpler. */
const mostTotals = 64;

/** @param snapshotBytes what a snapshot costs: totals that add up to more are forgotten, the snapshot being the cheaper answer */
export function createTotalLog(snapshotBytes: number): TotalLog {
  let entries: { readonly total: Down; readonly bytes: number }[] = [];
  let held = 0;
  return {
    push(total, bytes) {
      entries.push({ total, bytes });
      held += bytes;
      while (entries.length > mostTotals || held > snapshotBytes) held -= entries.shift()!.bytes;
    },
    after(hash) {
      const first = entries.findIndex(({ total }) => total.previous === hash);
      return first < 0 ? null : entries.slice(first).map(({ total }) => total);
    },
    clear() {
      entries = [];
      held = 0;
    },
  };
}
