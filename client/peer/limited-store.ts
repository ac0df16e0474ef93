import type { Clock } from "../../shared/base/clock.ts";
import { within } from "../../shared/base/within.ts";
import type { CheckpointStore } from "../../shared/replica/checkpoint.ts";

/** Limit of a load, for which joining waits. What cannot be read in time is set aside, not lost. */
const readMs = 5_000;
/** Limit of a save: 64 MiB on a slow disk. Only a peer's end waits for it, no round. */
const saveMs = 30_000;

/** The same store with a limit on each wait. */
export function limitedStore(store: CheckpointStore, clock: Clock): CheckpointStore {
  const limited = <T>(promise: Promise<T>, limitMs: number): Promise<T> =>
    within(promise, { clock, limitMs, who: "the storage of checkpoints" });
  return {
    load: () => limited(store.load(), readMs),
    save: (bytes) => limited(store.save(bytes), saveMs),
    setAside: () => limited(store.setAside(), readMs),
    async takeBack(isUsable) {
      let isAwaited = true;
      try {
        // What is found after the limit must not replace what was saved since.
        return await limited(
          store.takeBack((bytes) => isAwaited && isUsable(bytes)),
          readMs,
        );
      } finally {
        isAwaited = false;
      }
    },
  };
}
