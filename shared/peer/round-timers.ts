import type { Clock } from "../base/clock.ts";
import type { Neighborhood } from "../membership/neighbors.ts";
import type { RunConfig } from "../run/config.ts";
import { deadlineMs } from "./deadline.ts";
import type { RoundEvent } from "./step.ts";

/** Time without a commit after which a peer asks its neighbor whether it missed something. */
const stuckMs = 2_500;

/** Time after the root's deadline by which the total has come down, unless something is wrong. */
const overdueMs = 1_500;
/** Time between two complaints while nothing happens. */
const againMs = 5_000;

/** How long a peer waits for the link to its parent before it asks another: by then it has been dialled again once. */
const orphanMs = 1_500;

/** The waits of an open round: for the others' parts, for anything to happen at all, and for what should have happened by then. */
export interface RoundTimers {
  /** A round opened, or a roster came: all waits begin anew. None while there is nothing to wait for. `isOverdue`: the root's deadline is past. */
  arm(near: Neighborhood, typicalMs: number | null): void;
  stop(): void;
  /** The wait for a parent whose link is gone: 1.5 s. */
  awaitParent(): void;
  parentAwaited(): void;
  /** Ends all waits. */
  close(): void;
}

export function createRoundTimers(
  clock: Clock,
  config: RunConfig,
  dispatch: (event: Extract<RoundEvent, { readonly kind: "deadline" | "look-around" | "overdue" | "orphaned" }>) => void,
): RoundTimers {
  let cancelDeadline = (): void => {};
  let cancelStuck = (): void => {};
  let cancelOverdue = (): void => {};
  let cancelParent = (): void => {};
  const stop = (): void => {
    cancelDeadline();
    cancelStuck();
    cancelOverdue();
  };
  const wait = (overdueAtMs: number): void => {
    const lookAround = (): void => {
      wait(overdueAtMs);
      dispatch({ kind: "look-around", isOverdue: clock.now() >= overdueAtMs });
    };
    cancelStuck = clock.after(stuckMs, lookAround, { name: "look-around" });
  };
  return {
    arm({ treePosition, roster }, typicalMs) {
      stop();
      if (treePosition === null) wait(Number.POSITIVE_INFINITY);
      if (treePosition === null || !roster.running) return;
      const deadlineAt = (position: number): number => deadlineMs(config.tree, position, treePosition.members, typicalMs);
      const waitOverdue = (ms: number): void => {
        const complain = (): void => {
          waitOverdue(againMs);
          dispatch({ kind: "overdue" });
        };
        cancelOverdue = clock.after(ms, complain, { name: "overdue" });
      };
      waitOverdue(deadlineAt(0) + overdueMs);
      // The total takes as long to come down as the parts do to go up: less than the wait between two looks.
      wait(clock.now() + deadlineAt(0) + stuckMs);
      const timeIsUp = (): void => dispatch({ kind: "deadline" });
      cancelDeadline = clock.after(deadlineAt(treePosition.position), timeIsUp, { name: "deadline" });
    },
    stop,
    awaitParent() {
      cancelParent();
      cancelParent = clock.after(orphanMs, () => dispatch({ kind: "orphaned" }), { name: "orphaned" });
    },
    parentAwaited: () => cancelParent(),
    close() {
      stop();
      cancelParent();
    },
  };
}
