import type { Clock } from "./clock.ts";

/** Something that was asked and did not answer in time; its message is a sentence without a full stop. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

export interface Limit<T> {
  readonly clock: Clock;
  readonly limitMs: number;
  /** Who was asked: "the browser's storage". */
  readonly who: string;
  /** Told what comes after all, when nobody waits for it any more: to be closed, or let go of. */
  late?(value: T): void;
}

/**
 * A promise that is not waited for without an end: for all that a peer can do without.
 * @throws {NoAnswerError} (as a rejection) once `limitMs` have passed; what it rejects with before that
 */
export function within<T>(promise: Promise<T>, { clock, limitMs, who, late }: Limit<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const cancel = clock.after(limitMs, () => {
      isOver = true;
      reject(new NoAnswerError(`${who} gave no answer within ${limitMs / 1_000} s`));
    });
    promise.then(
      (value) => {
        if (isOver) return late?.(value);
        cancel();
        resolve(value);
      },
      (cause) => {
        cancel();
        reject(cause);
      },
    );
  });
}
