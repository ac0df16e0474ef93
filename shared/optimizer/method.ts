import { type Described, minRate } from "../compress/method.ts";
import type { Arguments } from "../compress/text/arguments.ts";
import type { Optimizer } from "./optimizer.ts";

/** What the text of an outer optimizer can name: how it is called and built, and what it does. */
export interface OptimizerMethod extends Described {
  readonly kind: "optimizer";
  build(given: Arguments): Optimizer;
}

/** Beyond it nothing is learnt, only spoilt. */
const maxRate = 100;

/** Below 1: at 1 a running mean would forget nothing, and the corrections for the first rounds would divide by 0. */
const maxBeta = 0.999999;

/** η, the first argument. */
export function rateIn(given: Arguments, fallback: number): number {
  return given.number("rate", { fallback, min: minRate, max: maxRate });
}

/** How much of a running mean a round keeps. */
export function betaIn(given: Arguments, name: string, fallback: number): number {
  return given.number(name, { fallback, min: 0, max: maxBeta });
}

/** What keeps a small denominator from making a large step. */
export function epsilonIn(given: Arguments): number {
  return given.number("epsilon", { fallback: 0.001, min: 1e-12, max: 1_000 });
}
