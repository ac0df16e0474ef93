import type { Clock } from "../../shared/base/clock.ts";

/** Leading-and-trailing throttle: `task` runs at the first call, and at most once per `everyMs`. */
export function throttle(clock: Clock, everyMs: number, task: () => void): () => void {
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
