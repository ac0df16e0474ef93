import { scaled } from "../vector/scaled.ts";
import type { State } from "../vector/update.ts";
import { defineOptimizer, rateParameter } from "./method.ts";
import type { Optimizer } from "./optimizer.ts";

type Nothing = Record<never, never> & State;

/** x ← x − Δ: the mean of the local models (FedAvg, McMahan et al. 2017). */
export const average: Optimizer<Nothing> = { init: () => ({}), step: (delta, slots) => ({ step: delta, slots }) };

/** x ← x − ηΔ. Keeps nothing, and a sparse Δ sparse: O(k). `sgd(1)` is `average`. */
function sgd(rate: number): Optimizer<Nothing> {
  return rate === 1 ? average : { init: () => ({}), step: (delta, slots) => ({ step: scaled(delta, rate), slots }) };
}

export const sgdMethod = defineOptimizer({
  name: "sgd",
  kind: "optimizer",
  parameters: { rate: rateParameter(1) },
  example: "sgd(0.7)",
  summary: "Takes the mean update, or a part of it.",
  law: "x⁺ = x − ηΔ; η = 1: the mean of the local models",
  source: "FedAvg (McMahan et al. 2017)",
  build: ({ rate }) => sgd(rate),
});
