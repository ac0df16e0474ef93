/** When changes of a roster go out. All in milliseconds. */
export interface Pacing {
  /**
   * The longest that a change waits while the run is on, and so much more for each level of links: rosters faster than the tree
   * would keep rounds from committing.
   */
  readonly paceMs: number;
  readonly levelMs: number;
  /** How long a change waits for others while no commit is to be expected: peers who come (or vanish) together are seen together. */
  readonly batchMs: number;
  /** Half a roster lost at once is more likely the server's network than the peers: they get this long to come back. */
  readonly rejoinMs: number;
  /** If all are lost, and with them the last rounds, they get this long before those who wait begin anew without them. */
  readonly orphanMs: number;
  /** How long after its own start a server begins no run: the peers of one that it has forgotten may be on their way back. */
  readonly startMs: number;
  /** How long a room that a restarted server rebuilds waits for its peers to come back … */
  readonly gatherMs: number;
  /** … and how long if they say how many they were, unless the majority is there before. */
  readonly gatherLimitMs: number;
}

/** `startMs` of a server for whom runs outlive restarts: longer than its clients wait between two attempts to connect. */
export const patientStartMs = 8_000;

export const defaultPacing: Pacing = {
  paceMs: 2_000,
  // Twice what a deadline allows a hop.
  levelMs: 1_000,
  batchMs: 50,
  rejoinMs: 6_000,
  // Longer than it takes to notice on both sides that a socket is dead.
  orphanMs: 45_000,
  startMs: 0,
  // Longer than the first two reconnection delays of the signaling client.
  gatherMs: 3_000,
  gatherLimitMs: 45_000,
};

/** What the waiting time depends on. */
export interface PendingChange {
  /** When the first change that waits came. */
  readonly since: number;
  /** Whether there is nothing to wait for: the root has committed, or someone started or paused the run. */
  readonly urgent: boolean;
  /** Nobody will report a commit. */
  readonly rootGone: boolean;
  readonly running: boolean;
  /** When the last roster went out, and to how many. */
  readonly issuedAt: number;
  readonly peers: number;
}

/**
 * When the waiting changes are due. Rosters of n go to n peers, so the least distance between two grows with n:
 * 50 ms for a handful, 2 s for a thousand.
 */
export function dueAt(waiting: PendingChange, pacing: Pacing): number {
  const levels = 31 - Math.clz32(Math.max(1, waiting.peers));
  const pace = pacing.paceMs + pacing.levelMs * levels;
  const patience = waiting.urgent ? 0 : waiting.running && !waiting.rootGone ? pace : pacing.batchMs;
  const distance = Math.min(pacing.paceMs, Math.max(pacing.batchMs, 2 * waiting.peers));
  return Math.max(waiting.since + patience, waiting.issuedAt + distance);
}
