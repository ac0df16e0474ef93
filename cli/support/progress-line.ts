import { realClock } from "../../client/base/real-clock.ts";
import type { ReadProgress } from "../../client/data/files/counted.ts";
import { printOver } from "./terminal.ts";

/** How long (ms) something takes before its progress is shown. */
const quietMs = 1_000;

/** One line on a terminal's standard error that says how far something is, once it takes over a second. Nothing elsewhere. */
export function createProgressLine(what: string): { show(progress: ReadProgress): void; end(): void } {
  const began = realClock.now();
  let isShown = false;
  return {
    show({ read, total }) {
      if (!process.stderr.isTTY || realClock.now() - began < quietMs || total === 0) return;
      isShown = true;
      printOver(`${what}: ${Math.floor((100 * read) / total)} %`);
    },
    end() {
      if (isShown) printOver("");
    },
  };
}
