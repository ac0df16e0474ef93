import { keepFinite } from "../vector/keep-finite.ts";
import { denseUpdate, toDense } from "../vector/update.ts";
import { type AdamOptions, adamParameters } from "./adam.ts";
import { defineOptimizer } from "./method.ts";
import type { Optimizer } from "./optimizer.ts";

type Slots = { readonly momentum: Float32Array; readonly square: Float32Array };

/**
 * Yogi (Zaheer et al. 2018) on the mean update: FedYogi of Reddi et al. 2021, Algorithm 2, with v₀ = ε²:
 *
 *     m ← β₁m + (1 − β₁)Δ,   v ← v − (1 − β₂) sgn(v − Δ²) Δ²,   x ← x − η m / (√v + ε)
 *
 * v moves by at most (1 − β₂)Δ² a round, so that it forgets a large Δ slower than Adam's does. Never negative: it falls only
 * where v > Δ². O(d).
 */
function yogi(rate: number, { beta1, beta2, epsilon }: AdamOptions): Optimizer<Slots> {
  return {
    init: (length) => ({ momentum: new Float32Array(length), square: new Float32Array(length).fill(epsilon * epsilon) }),
    step(delta, before) {
      const step = toDense(delta);
      const momentum = new Float32Array(step.length);
      const square = new Float32Array(step.length);
      for (let i = 0; i < step.length; i += 1) {
        const v = before.square[i]!;
        const squared = step[i]! * step[i]!;
        momentum[i] = beta1 * before.momentum[i]! + (1 - beta1) * step[i]!;
        square[i] = v > squared ? v - (1 - beta2) * squared : v < squared ? v + (1 - beta2) * squared : v;
      }
      keepFinite(momentum, before.momentum);
      keepFinite(square, before.square);
      for (let i = 0; i < step.length; i += 1) step[i] = (rate * momentum[i]!) / (Math.sqrt(square[i]!) + epsilon);
      return { step: denseUpdate(step), slots: { momentum, square } };
    },
  };
}

export const yogiMethod = defineOptimizer({
  name: "yogi",
  kind: "optimizer",
  parameters: adamParameters,
  example: "yogi(0.01)",
  summary: "As adam, but slower to forget a large update.",
  law: "m⁺ = β₁m + (1 − β₁)Δ, v⁺ = v − (1 − β₂) sgn(v − Δ²) Δ², x⁺ = x − η m⁺/(√v⁺ + ε)",
  source: "Zaheer et al. 2018; FedYogi (Reddi et al. 2021)",
  build: ({ rate, ...options }) => yogi(rate, options),
});
