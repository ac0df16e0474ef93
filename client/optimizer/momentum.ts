import { defineLocal, keepParameter } from "./local-method.ts";

export const momentumLocal = defineLocal({
  name: "momentum",
  kind: "local optimizer",
  parameters: {
    momentum: keepParameter(0.9, "β: what a step keeps of the momentum"),
    nesterov: { type: "flag", default: 0, isNamed: true, help: "1: looks one step ahead" },
  },
  example: "momentum(0.9)",
  summary: "Steps down a running sum of gradients.",
  law: "m⁺ = βm + g, x⁺ = x − γm⁺; nesterov: x⁺ = x − γ(g + βm⁺)",
  source: "Polyak 1964; Sutskever et al. 2013",
  build: async (given) => (await import("./build/momentum.ts")).momentum(given),
});
