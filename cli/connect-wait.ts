import type { ClientReport } from "../client/peer/client-report.ts";
import { shownValue } from "../shared/base/issue-text.ts";
import type { TypedOptions } from "./support/config-options.ts";
import { UsageError } from "./support/exit.ts";

/** A longer wait than a day has no limit. */
const maxSeconds = 86_400;

/** Limit of the wait for the server at the start, in ms; null: none. @throws {UsageError} */
export function connectTimeoutOf(typed: TypedOptions): number | null {
  const text = String(typed["connectTimeout"]);
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= maxSeconds)) {
    throw new UsageError(`--connect-timeout: expected 0 to ${maxSeconds} seconds, got ${shownValue(typed["connectTimeout"])}`);
  }
  return seconds === 0 ? null : 1_000 * seconds;
}

/** The wait for the first connection to the server. A peer that had one waits for the next without a limit. */
export interface ConnectWait {
  hear(report: ClientReport): void;
  stop(): void;
}

/** @param expire called once after the limit, with the reason why there was no connection */
export function createConnectWait(limitMs: number | null, expire: (sentence: string) => void): ConnectWait {
  let problem = "No connection to the server: it did not answer";
  const timer =
    limitMs === null ? undefined : setTimeout(() => expire(`${problem}. Given up after ${limitMs / 1_000} s`), limitMs);
  const stop = (): void => clearTimeout(timer);
  return {
    hear(report) {
      if (report.type === "unreachable") problem = report.problem;
      if (report.type === "connection" && report.connected) stop();
    },
    stop,
  };
}
