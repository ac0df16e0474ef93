import { defineModel } from "./model-method.ts";

export const softmaxModel = defineModel({
  name: "softmax",
  parameters: {},
  example: "softmax",
  summary: "One weight for each number and class: the smallest model, and often a hard one to beat on tables.",
  source: "Cox 1958 (logistic regression)",
  takes: "any",
  build: async (_, shape) => (await import("./build/perceptron.ts")).perceptron([], shape),
});
