import type * as tfl from "@tensorflow/tfjs-layers";

/** A backward pass computes two products for each of the forward pass. */
const passes = 3;

/**
 * Floating-point operations of one training step that the model's equations ask for: two for each weight and place of products and
 * convolutions, and for attention 4 · length² · width, forth and back; what an implementation repeats or leaves out does not count.
 * @param inputs sides of the inputs, the samples first
 */
export function modelOperations(model: tfl.LayersModel, inputs: readonly number[]): number {
  const [samples, length = 1] = inputs as [number, number];
  let operations = 0;
  for (const layer of model.layers) {
    const kernel = layer.weights[0]?.shape.reduce((product: number, side) => product * (side ?? 1), 1) ?? 0;
    // A layer that is used twice has no one shape of outputs.
    const name = layer.getClassName();
    const shape = name === "CopseTiedEmbedding" ? [samples, length, 1] : (layer.outputShape as (number | null)[]);
    const places = shape.slice(1, -1).reduce((product: number, side) => product * (side ?? length), samples);
    switch (name) {
      case "Dense":
      case "Conv2D":
      case "CopseTiedEmbedding":
        // The logits of a table are a product both ways.
        operations += 2 * places * kernel;
        break;
      case "CopseCausalAttention":
        operations += 4 * places * length * shape.at(-1)!;
    }
  }
  return passes * operations;
}
