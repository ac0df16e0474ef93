/** One sentence that must hold of every implementation of an interface. Needs no test runner: it runs in a page, too. */
export interface Law<Subject> {
  readonly name: string;
  readonly run: (subject: Subject) => Promise<void>;
}

/** What a law is tried on; each law gets one of its own. */
export interface Subject {
  /** Waits for a promise that may need (virtual) time to pass. */
  wait<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function expect(condition: boolean, expected: string, got?: unknown): asserts condition {
  if (!condition) throw new Error(`expected ${expected}${got === undefined ? "" : `, got ${String(got)}`}`);
}

/** What a promise rejects with, or that it does not. */
export function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no error",
    (error: unknown) => error,
  );
}
