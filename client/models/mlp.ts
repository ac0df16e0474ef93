import { defineModel } from "./model-method.ts";

export const mlpModel = defineModel({
  name: "mlp",
  parameters: {
    hidden: { type: "integer", default: 64, min: 1, max: 4_096, help: "width of the hidden layer" },
  },
  example: "mlp(64)",
  summary: "One hidden layer of units with ReLU between the numbers and the classes.",
  source: "Rumelhart et al. 1986; initial weights He et al. 2015",
  takes: "any",
  build: async ({ hidden }, shape) => (await import("./build/perceptron.ts")).perceptron([hidden], shape),
});
