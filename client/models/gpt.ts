import { defineModel, type ModelMethod } from "./model-method.ts";

export const gptModel = defineModel({
  name: "gpt",
  parameters: {
    layers: { type: "integer", default: 4, min: 1, max: 48, help: "blocks of attention and perceptron" },
    heads: { type: "integer", default: 4, min: 1, max: 64, help: "heads of each attention; they share the width" },
    width: { type: "integer", default: 128, min: 1, max: 1_600, help: "numbers for each token between the blocks" },
    context: { type: "integer", default: 128, min: 1, max: 1_024, help: "tokens that are seen at once" },
  },
  example: "gpt(layers=3, heads=3, width=48, context=64)",
  summary: "A transformer that says which token comes next.",
  source: "Radford et al. 2019 (GPT-2)",
  takes: "tokens",
  build: async (given, shape) => (await import("./build/transformer.ts")).transformer(given, shape),
});

export const gpt2Model: ModelMethod = defineModel({
  name: "gpt2",
  parameters: {},
  example: "gpt2",
  summary: "GPT-2 at its smallest published size: 12 blocks of width 768, context 1,024.",
  source: "Radford et al. 2019",
  takes: "tokens",
  context: 1_024,
  build: async (_, shape) =>
    (await import("./build/transformer.ts")).transformer({ layers: 12, heads: 12, width: 768, context: 1_024 }, shape),
});
