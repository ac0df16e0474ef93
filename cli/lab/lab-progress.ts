import { formatSeconds } from "../../client/base/format.ts";
import type { Clock } from "../../shared/base/clock.ts";
import { printOver } from "../support/terminal.ts";
import type { LabPoint } from "./lab-row.ts";

/** One line on a terminal's standard error that says how far a lab is. Nothing elsewhere. */
export interface LabProgress {
  /** One run at a time: `run`, from 0, is at this round. */
  round(run: number, round: number, newest: LabPoint | null): void;
  /** Several at a time: another run of so many rounds is over. */
  over(rounds: number): void;
  clear(): void;
}

/** @param rounds of each run that is to be played */
export function createLabProgress(rounds: readonly number[], clock: Pick<Clock, "now">): LabProgress {
  const began = clock.now();
  const all = rounds.reduce((sum, count) => sum + count, 0);
  let isShown = false;
  let [roundsOver, runsOver] = [0, 0];
  const show = (done: number, words: readonly string[]): void => {
    if (!process.stderr.isTTY) return;
    const leftMs = ((clock.now() - began) / done) * (all - done);
    isShown = true;
    printOver(`${words.join(", ")}; ${formatSeconds(leftMs / 1e3)} left`);
  };
  return {
    round(run, round, newest) {
      const done = rounds.slice(0, run).reduce((sum, count) => sum + count, 0) + round;
      const metrics = Object.entries(newest?.metrics ?? {}).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
      show(done, [`run ${run + 1} of ${rounds.length}`, `round ${round} of ${rounds[run]}`, ...metrics]);
    },
    over(count) {
      roundsOver += count;
      runsOver += 1;
      show(roundsOver, [`${runsOver} of ${rounds.length} runs`]);
    },
    clear() {
      if (isShown) printOver("");
      isShown = false;
    },
  };
}
