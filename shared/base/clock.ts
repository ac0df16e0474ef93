/** Time as an argument: the real clock in a peer, a virtual one under test. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  now(): number;
  /** Runs `task` once after `delayMs`; returns its cancellation. `name`: what is waited for, to whom it matters. */
  after(delayMs: number, task: () => void, options?: { readonly name?: string }): () => void;
}
