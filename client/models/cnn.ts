import { defineModel } from "./model-method.ts";

export const cnnModel = defineModel({
  name: "cnn",
  parameters: {},
  example: "cnn",
  summary: "A small convolutional network: twice 3×3 filters, 8 and 16, ReLU and means of 2×2, then one weight for each class.",
  source: "after LeCun et al. 1998; initial weights He et al. 2015",
  takes: "images",
  build: async (_, shape) => (await import("./build/convolutional.ts")).convolutional(shape),
});
