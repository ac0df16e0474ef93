import type { Layout } from "../base/layout.ts";
import { seeded } from "../base/random.ts";
import type { Context, Stage } from "./types.ts";

/** The facts of a round that its context is made of. */
export interface RoundFacts extends Stage {
  readonly layout: Layout;
  /** 1 where absent. */
  readonly weight?: number;
  /** 0 where absent. */
  readonly position?: number;
}

/** Completes the facts of a round with this peer's model and draws. */
export type ContextOf = (facts: RoundFacts) => Context;

/**
 * Contexts of one peer. Shared draws come from the run's seed and the round, own draws from the seat as well.
 * @param parameters the committed model at the time of the call
 */
export function createContexts(options: { readonly seed: number; readonly seat: number; parameters(): Float32Array }): ContextOf {
  const { seed, seat } = options;
  return (facts) => ({
    weight: 1,
    position: 0,
    ...facts,
    parameters: options.parameters(),
    rng: seeded(seed, "own", seat, facts.round),
    shared: (purpose) => seeded(seed, "shared", purpose, facts.round),
  });
}
