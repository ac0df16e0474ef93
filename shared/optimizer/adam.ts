import { keepFinite } from "../vector/keep-finite.ts";
import { denseUpdate, toDense } from "../vector/update.ts";
import { betaParameter, defineOptimizer, epsilonParameter, rateParameter } from "./method.ts";
import type { Optimizer } from "./optimizer.ts";

/** β₁ᵗ and β₂ᵗ are products that run on from round to round: engines differ in pow. */
type Slots = {
  readonly momentum: Float32Array;
  readonly square: Float32Array;
  readonly beta1Power: number;
  readonly beta2Power: number;
};

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Adam (Kingma, Ba 2015) on the mean update, as FedAdam of Reddi et al. 2021 but with the corrections for the first rounds:
 *
 *     m ← β₁m + (1 − β₁)Δ,   v ← β₂v + (1 − β₂)Δ²,   x ← x − η m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
 *
 * A step is about η in every coordinate, whatever the size of Δ; ε says below what size that ends. A coordinate that a sparse Δ
 * does not name counts as 0. O(d).
 */
export function adam(rate: number, { beta1, beta2, epsilon }: AdamOptions): Optimizer<Slots> {
  return {
    init: (length) => ({
      momentum: new Float32Array(length),
      square: new Float32Array(length),
      beta1Power: 1,
      beta2Power: 1,
    }),
    step(delta, before) {
      const step = toDense(delta);
      const momentum = new Float32Array(step.length);
      const square = new Float32Array(step.length);
      for (let i = 0; i < step.length; i += 1) {
        momentum[i] = beta1 * before.momentum[i]! + (1 - beta1) * step[i]!;
        square[i] = beta2 * before.square[i]! + (1 - beta2) * step[i]! * step[i]!;
      }
      keepFinite(momentum, before.momentum);
      keepFinite(square, before.square);
      const beta1Power = before.beta1Power * beta1;
      const beta2Power = before.beta2Power * beta2;
      for (let i = 0; i < step.length; i += 1) {
        const deviation = Math.sqrt(square[i]! / (1 - beta2Power));
        step[i] = (rate * (momentum[i]! / (1 - beta1Power))) / (deviation + epsilon);
      }
      return { step: denseUpdate(step), slots: { momentum, square, beta1Power, beta2Power } };
    },
  };
}

/** Those of Yogi and AdamW, too. */
export const adamParameters = {
  rate: rateParameter(0.01),
  beta1: betaParameter(0.9, "β₁: what a round keeps of the mean update"),
  beta2: betaParameter(0.99, "β₂: what a round keeps of the mean square"),
  epsilon: epsilonParameter,
} as const;

export const adamMethod = defineOptimizer({
  name: "adam",
  kind: "optimizer",
  parameters: adamParameters,
  example: "adam(0.01)",
  summary: "Steps of one size in every coordinate, by running means of the update and its square.",
  law: "m⁺ = β₁m + (1 − β₁)Δ, v⁺ = β₂v + (1 − β₂)Δ², x⁺ = x − η m̂/(√v̂ + ε), m̂ = m⁺/(1 − β₁ᵗ), v̂ = v⁺/(1 − β₂ᵗ)",
  source: "Kingma, Ba 2015; FedAdam (Reddi et al. 2021)",
  build: ({ rate, ...options }) => adam(rate, options),
});
