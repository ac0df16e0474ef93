import { messageOf } from "./server-error.ts";

/** A reason is a text that somebody's input may be part of: no more of them are remembered. */
const maxReasons = 100;

/** What went wrong inside the server while it handled one connection, request or room. */
export interface Failures {
  /** Counts it, and logs a reason that is new. `where`: what was being handled. */
  note(where: string, error: unknown): void;
  /** Since the start. */
  readonly count: number;
}

/** `log` takes one line, without its end. */
export function createFailures(log: (line: string) => void): Failures {
  const reasons = new Set<string>();
  let count = 0;
  return {
    get count() {
      return count;
    },
    note(where, error) {
      count += 1;
      const reason = `${where}: ${messageOf(error)}`;
      if (reasons.has(reason) || reasons.size >= maxReasons) return;
      reasons.add(reason);
      const trace = error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : "";
      log(`The server failed at ${reason}. It goes on; please report this.${trace}`);
    },
  };
}
