import type { Clock } from "../../base/clock.ts";
import { type Layout, trainedLength } from "../../base/layout.ts";
import { seeded } from "../../base/random.ts";
import type { Trainer } from "../../run/trainer.ts";

export interface WholeTrainerOptions {
  readonly layout: Layout;
  readonly seed: number;
  /** Which worker: each has an optimum of its own. */
  readonly seat: number;
  readonly clock: Clock;
  /** How long the next local update takes. */
  trainingMs(): number;
}

/** Optima lie within ± this: far from where float32 stops counting in ones (2²⁴), with room for what waits in a residual. */
const span = 1_000;
/** γh: small, for with 1 % of the coordinates a round each is a hundred rounds old when it arrives. */
const step = 1 / 64;

/** Samples a round, and so weights, are 1 to this: two sums of different peers are not equal by chance. */
const maxSamples = 97;

/** Statistics change from round to round. */
const statisticsPeriod = 7;

/**
 * A worker on f_i(x) = ½ Σ_j (x_j − b_ij)² whose updates are whole numbers, Δ_j = round(γ(x_j − b_ij)): sums and residuals of such are
 * exact in float32, so that whoever keeps account of them can ask for equality. Its statistics are whole, too, each the optimum's number
 * there plus the round modulo 7. O(d).
 */
export function createWholeTrainer({ layout, seed, seat, clock, trainingMs }: WholeTrainerOptions): Trainer {
  const rng = seeded(seed, "whole", seat);
  const optimum = Float32Array.from({ length: layout.length }, () => rng.integer(2 * span + 1) - span);
  const samples = 1 + rng.integer(maxSamples);
  let x: Float32Array = new Float32Array(layout.length);
  const update = (): Float32Array => {
    const delta = new Float32Array(trainedLength(layout));
    for (let j = 0; j < delta.length; j += 1) delta[j] = Math.round(step * (x[j]! - optimum[j]!));
    return delta;
  };
  return {
    layout,
    samples,
    async load(parameters) {
      x = parameters.slice();
    },
    async localUpdate({ round }) {
      const delta = update();
      const statistics = optimum.slice(delta.length).map((value) => value + (round % statisticsPeriod));
      await new Promise<void>((resolve) => void clock.after(trainingMs(), resolve));
      return { delta, samples, loss: 0, ...(statistics.length > 0 ? { statistics } : {}) };
    },
    async gradientAt(parameters) {
      x = parameters.slice();
      return { loss: 0, gradient: update() };
    },
    async evaluate() {
      return { sums: [0, 0], count: 1 };
    },
    dispose() {},
  };
}
