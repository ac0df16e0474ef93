import type { Clock } from "../../shared/base/clock.ts";
import { within } from "../../shared/base/within.ts";
import type { CheckpointStore } from "../../shared/replica/checkpoint.ts";

/** Joining waits for it, so that it is short; and what is there is set aside, not lost. */
const readMs = 5_000;
/** 64 MiB on a slow disk. No round waits for it, only a peer's end. */
const saveMs = 30_000;

/** The same store, but none of its answers is waited for without an end. */
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
        // What is found when nobody waits any more must not take the place of what was saved since.
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
