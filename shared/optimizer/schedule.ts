import type { Parameters } from "../compress/text/parameters.ts";
import { scaled } from "../vector/scaled.ts";
import type { Optimizer } from "./optimizer.ts";

const maxRounds = 1_000_000;

/** Arguments of every outer optimizer: how its rate goes from round to round. */
export const scheduleParameters = {
  warmup: {
    ...{ type: "integer", default: 0, min: 0, max: maxRounds, isNamed: true },
    help: "rounds over which the rate rises to η in equal steps",
  },
  cosine: {
    ...{ type: "integer", default: 0, min: 0, max: maxRounds, isNamed: true },
    help: "round by which the rate has come down along half a cosine; 0: it stays",
  },
  least: { type: "number", default: 0, min: 0, max: 1, isNamed: true, help: "part of η that is left at the end of the cosine" },
} as const satisfies Parameters;

/** A schedule of rates: W, T and ρ of `rateFactor`. */
export interface Schedule {
  readonly warmup: number;
  readonly cosine: number;
  readonly least: number;
}

/**
 * The part of η that round t = 1, 2, … takes (Loshchilov, Hutter 2017, without restarts):
 *
 *     t ≤ W: t/W;   otherwise ρ + (1 − ρ)(1 + cos π·min(1, (t − W)/(T − W)))/2, where there is a T, and 1 where there is none
 *
 * The same bits on every engine.
 */
export function rateFactor(round: number, { warmup, cosine, least }: Schedule): number {
  if (round <= warmup) return round / warmup;
  if (cosine === 0) return 1;
  return least + ((1 - least) * (1 + cosineOfHalfTurns(Math.min(1, (round - warmup) / (cosine - warmup))))) / 2;
}

/**
 * The optimizer with its steps scaled by the schedule; itself where the rate is constant. What it remembers is of the updates alone: rates
 * that change do not change what a memory means.
 * @throws {RangeError} if the cosine ends before it begins
 */
export function scheduled(optimizer: Optimizer, schedule: Schedule): Optimizer {
  const { warmup, cosine } = schedule;
  if (warmup === 0 && cosine === 0) return optimizer;
  if (cosine > 0 && cosine <= warmup) throw new RangeError(`expected a cosine that ends after round ${warmup}, got ${cosine}`);
  return {
    init: optimizer.init,
    step(delta, slots, model) {
      const { step, slots: next } = optimizer.step(delta, slots, model);
      return { step: scaled(step, rateFactor(model.round, schedule)), slots: next };
    },
  };
}

/** cos πt for t in [0, 1] to 1e-14, by the series, whose terms are exact to a bit: engines differ in Math.cos. */
function cosineOfHalfTurns(t: number): number {
  const angle = Math.PI * Math.min(t, 1 - t);
  let term = 1;
  let sum = 1;
  for (let i = 2; i <= 20; i += 2) {
    term *= -(angle * angle) / (i * (i - 1));
    sum += term;
  }
  return t <= 0.5 ? sum : -sum;
}
