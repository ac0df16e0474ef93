import type { VirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

/** Lets virtual time pass until a promise is settled. @throws {Error} (as a rejection) if that takes more than two minutes of it */
export function virtualWait(clock: VirtualClock): <T>(promise: Promise<T>) => Promise<T> {
  return async (promise) => {
    let isSettled = false;
    const mark = (): void => {
      isSettled = true;
    };
    promise.then(mark, mark);
    if (!(await clock.run({ until: () => isSettled, limitMs: 120_000 }))) throw new Error("expected it within two minutes");
    return promise;
  };
}
