import { decayParameters, defineLocal, keepParameter } from "./local-method.ts";

export const adamwLocal = defineLocal({
  name: "adamw",
  kind: "local optimizer",
  parameters: {
    beta1: keepParameter(0.9, "β₁: what a step keeps of the mean gradient"),
    beta2: keepParameter(0.999, "β₂: what a step keeps of the mean square"),
    epsilon: {
      type: "number",
      default: 1e-8,
      min: 1e-12,
      max: 1_000,
      help: "ε: below what size of a gradient steps get smaller",
    },
    ...decayParameters,
  },
  example: "adamw(0.9, 0.99)",
  summary: "Steps of one size in every coordinate, by running means of the gradient and its square.",
  law: "x⁺ = x − γ(m̂/(√v̂ + ε) + λx), m̂ = m⁺/(1 − β₁ᵗ), v̂ = v⁺/(1 − β₂ᵗ)",
  source: "Loshchilov, Hutter 2019",
  build: async (given) => (await import("./build/adamw.ts")).adamw(given),
});
