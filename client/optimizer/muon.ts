import { decayParameters, defineLocal, keepParameter } from "./local-method.ts";

export const muonLocal = defineLocal({
  name: "muon",
  kind: "local optimizer",
  parameters: {
    momentum: keepParameter(0.95, "μ: what a step keeps of the momentum"),
    ...decayParameters,
    others: {
      ...{ type: "words", default: ["embed", "head", "output"] },
      help: "tensors whose names contain one of these words, and all vectors, are stepped by adamw",
    },
  },
  example: "muon(0.95)",
  summary: "Steps of one length in every direction of a weight matrix.",
  law: "M⁺ = μM + G, X⁺ = X − γ(0.2√max(m, n)·UVᵀ + λX), UΣVᵀ = G + μM⁺; vectors as adamw",
  source: "Jordan et al. 2024; step size of Liu et al. 2025",
  build: async (given) => (await import("./build/muon.ts")).muon(given),
});
