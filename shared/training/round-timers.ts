import type { Clock } from "../clock.ts";
import type { RunConfig } from "./config.ts";
import { deadlineMs } from "./deadline.ts";
import type { Neighbourhood } from "./neighbours.ts";

/** So long without a commit, a peer looks around: asks its neighbour whether it missed something. */
const stuckMs = 2_500;

/** The two waits of an open round: for the others' parts, and for anything to happen at all. */
export interface RoundTimers {
  /** A round opened, or a roster came: both waits begin anew. None while there is nothing to wait for. `isOverdue`: the root's deadline is past. */
  arm(near: Neighbourhood, typicalMs: number | null): void;
  stop(): void;
}

export function createRoundTimers(
  clock: Clock,
  config: RunConfig,
  tasks: { deadline(): void; lookAround(isOverdue: boolean): void },
): RoundTimers {
  let cancelDeadline = (): void => {};
  let cancelStuck = (): void => {};
  const stop = (): void => {
    cancelDeadline();
    cancelStuck();
  };
  const wait = (overdueAtMs: number): void => {
    cancelStuck = clock.after(stuckMs, () => {
      wait(overdueAtMs);
      tasks.lookAround(clock.now() >= overdueAtMs);
    });
  };
  return {
    arm({ standing, roster }, typicalMs) {
      stop();
      if (standing === null) wait(Number.POSITIVE_INFINITY);
      if (standing === null || !roster.running) return;
      const deadlineAt = (position: number): number => deadlineMs(config.tree, position, standing.members, typicalMs);
      // The total takes as long to come down as the parts do to go up: less than the wait between two looks.
      wait(clock.now() + deadlineAt(0) + stuckMs);
      cancelDeadline = clock.after(deadlineAt(standing.position), tasks.deadline);
    },
    stop,
  };
}
