import type { Clock } from "../../shared/base/clock.ts";

/** The platform's own time: milliseconds since the process, page or worker began. */
export const realClock: Clock = {
  now: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
