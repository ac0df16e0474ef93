import { saturate } from "../vector/saturate.ts";
import { denseUpdate, toDense } from "../vector/update.ts";
import { type AdamOptions, adam, adamParameters } from "./adam.ts";
import { defineOptimizer } from "./method.ts";
import type { Optimizer } from "./optimizer.ts";

interface DecayOptions extends AdamOptions {
  /** λ. */
  readonly decay: number;
  /** Tensors whose name contains one of these words do not decay. */
  readonly skip: readonly string[];
}

/**
 * Adam with decoupled weight decay (Loshchilov, Hutter 2019): a step is Adam's, and ηλx beside it, x being the model before the step. The
 * decay does not enter the running means. O(d).
 */
function adamw(rate: number, { decay, skip, ...options }: DecayOptions): Optimizer {
  const inner = adam(rate, options) as Optimizer;
  return {
    init: inner.init,
    step(delta, slots, model) {
      const { step: own, slots: next } = inner.step(delta, slots, model);
      const step = toDense(own);
      for (const { name, offset, size } of model.layout.tensors) {
        if (skip.some((word) => name.toLowerCase().includes(word))) continue;
        for (let i = offset; i < offset + size; i += 1) step[i] = saturate(step[i]! + rate * decay * model.parameters[i]!);
      }
      return { step: denseUpdate(step), slots: next };
    },
  };
}

export const adamwMethod = defineOptimizer({
  name: "adamw",
  kind: "optimizer",
  parameters: {
    ...adamParameters,
    rate: { ...adamParameters.rate, default: 0.001 },
    beta2: { ...adamParameters.beta2, default: 0.999 },
    epsilon: { ...adamParameters.epsilon, default: 1e-8 },
    decay: { type: "number", default: 0.01, min: 0, max: 100, help: "λ: a round takes ηλ of each parameter" },
    skip: { type: "words", default: ["bias", "norm"], help: "tensors whose names contain one of these words do not decay" },
  },
  example: "adamw(0.001, decay=0.01)",
  summary: "As adam, and parameters shrink by a fixed part each round, whatever their updates.",
  law: "x⁺ = x − η(m̂/(√v̂ + ε) + λx), m̂ and v̂ as adam's",
  source: "Loshchilov, Hutter 2019",
  build: ({ rate, ...options }) => adamw(rate, options),
});
