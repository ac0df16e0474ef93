import type { Clock } from "../base/clock.ts";
import type { Neighborhood } from "../membership/neighbors.ts";
import type { RunConfig } from "../run/config.ts";
import { deadlineMs } from "./deadline.ts";

/** So long without a commit, a peer looks around: asks its neighbor whether it missed something. */
const stuckMs = 2_500;

/** So long after the root's deadline the total is here, unless something is wrong. */
const overdueMs = 1_500;
/** And it is said again after this, while nothing happens. */
const againMs = 5_000;

/** The waits of an open round: for the others' parts, for anything to happen at all, and for what should have happened by then. */
export interface RoundTimers {
  /** A round opened, or a roster came: all waits begin anew. None while there is nothing to wait for. `isOverdue`: the root's deadline is past. */
  arm(near: Neighborhood, typicalMs: number | null): void;
  stop(): void;
}

export function createRoundTimers(
  clock: Clock,
  config: RunConfig,
  tasks: { deadline(): void; lookAround(isOverdue: boolean): void; overdue(): void },
): RoundTimers {
  let cancelDeadline = (): void => {};
  let cancelStuck = (): void => {};
  let cancelOverdue = (): void => {};
  const stop = (): void => {
    cancelDeadline();
    cancelStuck();
    cancelOverdue();
  };
  const wait = (overdueAtMs: number): void => {
    cancelStuck = clock.after(stuckMs, () => {
      wait(overdueAtMs);
      tasks.lookAround(clock.now() >= overdueAtMs);
    });
  };
  return {
    arm({ treePosition, roster }, typicalMs) {
      stop();
      if (treePosition === null) wait(Number.POSITIVE_INFINITY);
      if (treePosition === null || !roster.running) return;
      const deadlineAt = (position: number): number => deadlineMs(config.tree, position, treePosition.members, typicalMs);
      const waitOverdue = (ms: number): void => {
        cancelOverdue = clock.after(ms, () => {
          waitOverdue(againMs);
          tasks.overdue();
        });
      };
      waitOverdue(deadlineAt(0) + overdueMs);
      // The total takes as long to come down as the parts do to go up: less than the wait between two looks.
      wait(clock.now() + deadlineAt(0) + stuckMs);
      cancelDeadline = clock.after(deadlineAt(treePosition.position), tasks.deadline);
    },
    stop,
  };
}
