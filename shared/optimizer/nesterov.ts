import { keepFinite } from "../vector/keep-finite.ts";
import { denseUpdate, toDense } from "../vector/update.ts";
import { betaParameter, defineOptimizer, rateParameter } from "./method.ts";
import type { Optimizer } from "./optimizer.ts";

type Slots = { readonly momentum: Float32Array };

/**
 * Nesterov's momentum: m ← βm + Δ, x ← x − η(Δ + βm). With η = 0.7, β = 0.9 and many local steps it is DiLoCo's outer optimizer
 * (Douillard et al. 2023); the form is Sutskever et al. 2013. In the long run it goes η/(1 − β) times as far as Δ. O(d).
 */
function nesterov(rate: number, { momentum: beta }: { readonly momentum: number }): Optimizer<Slots> {
  return {
    init: (length) => ({ momentum: new Float32Array(length) }),
    step(delta, { momentum: before }) {
      const step = toDense(delta);
      const momentum = new Float32Array(step.length);
      for (let i = 0; i < step.length; i += 1) momentum[i] = beta * before[i]! + step[i]!;
      keepFinite(momentum, before);
      for (let i = 0; i < step.length; i += 1) step[i] = rate * (step[i]! + beta * momentum[i]!);
      return { step: denseUpdate(step), slots: { momentum } };
    },
  };
}

export const nesterovMethod = defineOptimizer({
  name: "nesterov",
  kind: "optimizer",
  parameters: { rate: rateParameter(0.7), momentum: betaParameter(0.9, "β: what a round keeps of the momentum") },
  example: "nesterov(0.7, momentum=0.9)",
  summary: "Keeps going where past rounds went; for many local steps a round.",
  law: "m⁺ = βm + Δ, x⁺ = x − η(Δ + βm⁺)",
  source: "Sutskever et al. 2013; DiLoCo (Douillard et al. 2023)",
  build: ({ rate, momentum }) => nesterov(rate, { momentum }),
});
