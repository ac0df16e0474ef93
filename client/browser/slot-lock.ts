import { within } from "../../shared/base/within.ts";
import { realClock } from "../base/real-clock.ts";

/** Wait for the lock: a reloaded tab may begin before its former worker has ended. */
const claimMs = 1_000;
/** Limit for a browser that does not answer when the wait is aborted either. */
const muteMs = 2_000;

/**
 * Holds a lock of this browser for as long as this worker lives. False if another has it.
 * @throws {DOMException} (as a rejection) where storage is denied
 * @throws {NoAnswerError} (as a rejection) where the browser does not answer at all
 */
export function claimSlot(key: string): Promise<boolean> {
  let isAwaited = true;
  const asked = new Promise<boolean>((resolve, reject) => {
    const signal = AbortSignal.timeout(claimMs);
    const hold = (): Promise<void> => {
      resolve(true);
      // A lock that is granted after the limit is released at once.
      return isAwaited ? new Promise(() => {}) : Promise.resolve();
    };
    navigator.locks.request(`copse ${key}`, { signal }, hold).catch((cause) => (signal.aborted ? resolve(false) : reject(cause)));
  });
  const limited = within(asked, { clock: realClock, limitMs: muteMs, who: "its locks" });
  return limited.finally(() => {
    isAwaited = false;
  });
}
