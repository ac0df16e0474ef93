import { defineLocal } from "./local-method.ts";

export const sgdLocal = defineLocal({
  name: "sgd",
  kind: "local optimizer",
  parameters: {},
  example: "sgd",
  summary: "Steps down the gradient.",
  law: "x⁺ = x − γg",
  source: "Robbins, Monro 1951",
  build: async () => null,
});
