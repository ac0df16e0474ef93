import { sampleIndices } from "../../base/random.ts";
import type { State } from "../../vector/update.ts";
import { defineMethod } from "../method.ts";
import { type Amount, countOf } from "../text/amount.ts";
import { amountIn, amountParameters } from "./amount-parameters.ts";
import type { Sparsifier } from "./sparsifier.ts";

interface RandKOptions {
  /** Whether values are scaled by d/k: unbiased, E C(x) = x with variance (d/k − 1)‖x‖². Otherwise contractive in expectation, α = k/d: for error feedback. */
  readonly isScaled: boolean;
  /** Whether all peers draw the same coordinates, from the round's shared draws: no index travels, and sums stay k-sparse. */
  readonly isSeeded: boolean;
}

/**
 * Keeps k coordinates drawn uniformly without replacement (Stich et al. 2018; the scaled one, Wangni et al. 2018). Summed
 * exactly. Linear in x for given draws. O(d); 4k bytes and the indices, or 4k bytes alone where seeded.
 */
export function randK(amount: Amount, { isScaled, isSeeded }: RandKOptions): Sparsifier<Record<never, never> & State> {
  return {
    merge: () => ({ kind: "exact" }),
    init: () => ({}),
    select({ length }, _local, { rng, shared, round }) {
      const count = countOf(amount, length, { round });
      const scale = isScaled ? length / count : 1;
      if (isSeeded) return { support: { kind: "seeded", seed: shared("randk").uint32(), count }, scale };
      return { support: { kind: "indices", indices: sampleIndices(length, count, rng) }, scale };
    },
    spread({ length }, stage) {
      const count = countOf(amount, length, stage);
      const density = count / length;
      if (isScaled) return { bias: 0, variance: 1 / density - 1, isShared: isSeeded, count, energy: 1 / density };
      return { bias: 1 - density, variance: density * (1 - density), isShared: isSeeded, count, energy: density };
    },
  };
}

export const randKMethod = defineMethod({
  name: "randk",
  kind: "sparsifier",
  parameters: {
    ...amountParameters,
    scaled: { type: "flag", default: 0, help: "1: times d/k, so that the average stays right" },
    seeded: { type: "flag", default: 0, help: "1: all peers draw the same places, which need not be sent" },
  },
  example: "randk(10%, seeded=1)",
  summary: "Sends numbers at places drawn at random; seeded, all peers draw the same ones and need not name them.",
  law: "E‖C(x) − x‖² = (1 − k/d)‖x‖²; scaled: E C(x) = x, E‖C(x) − x‖² = (d/k − 1)‖x‖²",
  source: "Stich et al. 2018; Wangni et al. 2018",
  build: (given) => randK(amountIn(given), { isScaled: given.scaled, isSeeded: given.seeded }),
});
