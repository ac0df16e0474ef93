/** Time as an argument: the real clock in a peer, a virtual one under test. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  now(): number;
  /** Runs `task` once after `delayMs`; returns its cancellation. */
  after(delayMs: number, task: () => void): () => void;
}
