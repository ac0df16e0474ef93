import { formatSeconds } from "../../client/base/format.ts";
import type { Clock } from "../../shared/base/clock.ts";
import { printOver } from "../support/terminal.ts";
import type { LabPoint } from "./lab-row.ts";

/** One line on a terminal's standard error that says how far a lab is. Nothing elsewhere. */
export interface LabProgress {
  /** `run` from 0. */
  round(run: number, round: number, newest: LabPoint | null): void;
  clear(): void;
}

/** @param rounds of each run that is to be played */
export function createLabProgress(rounds: readonly number[], clock: Pick<Clock, "now">): LabProgress {
  const began = clock.now();
  const all = rounds.reduce((sum, count) => sum + count, 0);
  let isShown = false;
  return {
    round(run, round, newest) {
      if (!process.stderr.isTTY) return;
      const done = rounds.slice(0, run).reduce((sum, count) => sum + count, 0) + round;
      const leftMs = ((clock.now() - began) / done) * (all - done);
      const metrics = Object.entries(newest?.metrics ?? {}).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
      const stands = [`run ${run + 1} of ${rounds.length}`, `round ${round} of ${rounds[run]}`, ...metrics].join(", ");
      isShown = true;
      printOver(`${stands}; ${formatSeconds(leftMs / 1e3)} left`);
    },
    clear() {
      if (isShown) printOver("");
      isShown = false;
    },
  };
}
