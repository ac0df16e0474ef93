import type { Clock } from "../clock.ts";
import type { RunConfig } from "./config.ts";
import { deadlineMs } from "./deadline.ts";
import type { Neighbourhood } from "./neighbours.ts";

/** So long without a commit, a peer looks around: asks its neighbour whether it missed something. */
const stuckMs = 2_500;

/** The two waits of an open round: for the others' parts, and for anything to happen at all. */
export interface RoundTimers {
  /** A round opened, or a roster came: both waits begin anew. None while there is nothing to wait for. */
  arm(near: Neighbourhood, typicalMs: number | null): void;
  stop(): void;
}

export function createRoundTimers(clock: Clock, config: RunConfig, tasks: { deadline(): void; lookAround(): void }): RoundTimers {
  let cancelDeadline = (): void => {};
  let cancelStuck = (): void => {};
  const stop = (): void => {
    cancelDeadline();
    cancelStuck();
  };
  const wait = (): void => {
    cancelStuck = clock.after(stuckMs, () => {
      wait();
      tasks.lookAround();
    });
  };
  return {
    arm({ standing, roster }, typicalMs) {
      stop();
      if (standing === null || roster.running) wait();
      if (standing === null || !roster.running) return;
      const ms = deadlineMs(config.tree, standing.position, standing.members, typicalMs);
      cancelDeadline = clock.after(ms, tasks.deadline);
    },
    stop,
  };
}
