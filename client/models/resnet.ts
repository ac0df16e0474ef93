import { defineModel } from "./model-method.ts";

export const resnetModel = defineModel({
  name: "resnet",
  parameters: {
    depth: { type: "integer", default: 18, min: 10, max: 34, help: "layers with weights: 10, 18 or 34" },
    width: { type: "integer", default: 16, min: 1, max: 256, help: "channels of the first stage; 64 in the paper" },
    norm: {
      type: "word",
      default: "group",
      of: ["group", "batch", "none"],
      help: "what keeps activations in range; the means of batches are of each peer's own data",
    },
  },
  example: "resnet(18, width=16, norm=group)",
  summary: "A residual network for small images: four stages of blocks of two 3×3 convolutions with a shortcut around them.",
  source: "He et al. 2016; groups: Wu and He 2018",
  takes: "images",
  build: async (given, shape) => (await import("./build/residual.ts")).residual(given, shape),
});
