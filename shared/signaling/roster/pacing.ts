/** Waiting times of roster changes, in ms. */
export interface Pacing {
  /**
   * Longest wait of a change while the run is on: `paceMs`, and `levelMs` for each level of the tree. Rosters at a faster pace than the
   * tree's rounds would keep rounds from committing.
   */
  readonly paceMs: number;
  readonly levelMs: number;
  /** Wait for further changes while no commit is expected, so that peers who come or vanish together change one roster. */
  readonly batchMs: number;
  /** Rejoin window of half a roster lost at once, which is more likely the server's network than the peers. */
  readonly rejoinMs: number;
  /** Rejoin window where the last rounds may be lost with those who are away. */
  readonly orphanMs: number;
  /** A server begins no run for this time after its start: peers of a forgotten run may be about to come back. */
  readonly startMs: number;
  /** Wait of a resumed run whose peers report no roster. */
  readonly gatherMs: number;
  /** Wait of a resumed run for the majority of the largest reported roster. */
  readonly gatherLimitMs: number;
}

/** `startMs` of a server whose runs outlive restarts: longer than the longest delay between two attempts of its clients. */
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

/** A change that waits, and what its waiting time depends on. */
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
 * When the waiting changes are due. A roster of n costs n messages of n entries, so the least distance between two grows with n: 2 ms a
 * peer, from 50 ms to 2 s.
 */
export function dueAt(waiting: PendingChange, pacing: Pacing): number {
  const levels = 31 - Math.clz32(Math.max(1, waiting.peers));
  const pace = pacing.paceMs + pacing.levelMs * levels;
  const patience = waiting.urgent ? 0 : waiting.running && !waiting.rootGone ? pace : pacing.batchMs;
  const distance = Math.min(pacing.paceMs, Math.max(pacing.batchMs, 2 * waiting.peers));
  return Math.max(waiting.since + patience, waiting.issuedAt + distance);
}
