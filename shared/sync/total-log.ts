import type { Hash } from "../base/hash.ts";
import type { Down } from "../wire/messages.ts";

/** The totals of the last rounds, so that who missed a few gets just those. */
export interface TotalLog {
  /** The totals of one round's phases, in their order. `bytes`: their size as encoded. */
  push(totals: readonly Down[], bytes: number): void;
  /** The totals that lead from the chain at `hash` to the tip, oldest first; null where they are not all here. */
  after(hash: Hash): readonly Down[] | null;
  clear(): void;
  /** All that is in it, oldest first. */
  readonly entries: readonly LoggedRound[];
}

/** The totals of one round's phases, and their size as encoded. */
export interface LoggedRound {
  readonly totals: readonly Down[];
  readonly bytes: number;
}

/** More rounds than this behind, a snapshot is simpler. */
const maxRounds = 64;

/** @param snapshotBytes what a snapshot costs: totals that add up to more are forgotten, the snapshot being the cheaper answer */
export function createTotalLog(snapshotBytes: number): TotalLog {
  let entries: LoggedRound[] = [];
  let held = 0;
  return {
    push(totals, bytes) {
      entries.push({ totals, bytes });
      held += bytes;
      while (entries.length > maxRounds || held > snapshotBytes) held -= entries.shift()!.bytes;
    },
    after(hash) {
      const first = entries.findIndex(({ totals }) => totals[0]!.previous === hash);
      return first < 0 ? null : entries.slice(first).flatMap(({ totals }) => totals);
    },
    clear() {
      entries = [];
      held = 0;
    },
    get entries() {
      return entries;
    },
  };
}
