import type { Clock } from "../../shared/base/clock.ts";

/** Does `task` when it is asked to: at once, but not again before so many ms have passed, and then once for all who asked meanwhile. */
export function paced(clock: Clock, everyMs: number, task: () => void): () => void {
  let doneAt = Number.NEGATIVE_INFINITY;
  let isWaiting = false;
  const act = (): void => {
    isWaiting = false;
    doneAt = clock.now();
    task();
  };
  return () => {
    if (isWaiting) return;
    const waitMs = doneAt + everyMs - clock.now();
    if (waitMs <= 0) return act();
    isWaiting = true;
    clock.after(waitMs, act);
  };
}
