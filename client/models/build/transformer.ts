import * as tfl from "@tensorflow/tfjs-layers";
import { CausalAttention } from "../layers/causal-attention.ts";
import { GeluLayer } from "../layers/gelu-layer.ts";
import { TiedEmbedding } from "../layers/tied-embedding.ts";
import type { ModelShape } from "../model-method.ts";
import { applied } from "./applied.ts";

interface TransformerOptions {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly context: number;
}

/** Deviation of the initial weights; of those whose output is added to the residual stream it is divided by √(number of additions). */
const deviation = 0.02;

/**
 * GPT-2 (Radford et al. 2019): of tokens [n, length], length at most `context`, the logits of the next [n, length, vocabulary]. Norms
 * before attention and perceptron, GELU by tanh, learned places, the table of tokens used both ways, biases in all dense layers.
 * @throws {RangeError} if the samples are no sequences that fit the context, or the heads do not divide the width
 */
export function transformer(options: TransformerOptions, { input, outputs }: ModelShape): tfl.LayersModel {
  const { layers, heads, width, context } = options;
  const [length] = input;
  if (input.length !== 1 || length === undefined)
    throw new RangeError(`expected sequences of tokens for a gpt, got samples of ${input.join("×")}`);
  if (length > context) throw new RangeError(`expected at most ${context} tokens, the model's context, got ${length}`);
  if (width % heads !== 0) throw new RangeError(`expected a width that ${heads} heads divide, got ${width}`);
  const embedding = new TiedEmbedding({ name: "embed", vocabulary: outputs, width, context });
  const residualDeviation = deviation / Math.sqrt(2 * layers);
  const ids = tfl.input({ shape: [null], dtype: "int32" });
  let x = applied(embedding, ids); // [n, length, width]
  for (let at = 1; at <= layers; at += 1) {
    const name = `block${at}`;
    let y = normalized(x, `${name}_norm1`);
    y = dense(y, { name: `${name}_qkv`, units: 3 * width }); // [n, length, 3 · width]
    y = applied(new CausalAttention({ name: `${name}_attention`, heads }), y);
    y = dense(y, { name: `${name}_project`, units: width, stddev: residualDeviation });
    x = applied(tfl.layers.add({ name: `${name}_add1` }), [x, y]);
    y = normalized(x, `${name}_norm2`);
    y = dense(y, { name: `${name}_up`, units: 4 * width }); // [n, length, 4 · width]
    y = applied(new GeluLayer({ name: `${name}_gelu` }), y);
    y = dense(y, { name: `${name}_down`, units: width, stddev: residualDeviation });
    x = applied(tfl.layers.add({ name: `${name}_add2` }), [x, y]);
  }
  return tfl.model({ inputs: ids, outputs: applied(embedding, normalized(x, "norm")) });
}

interface DenseArgs {
  readonly name: string;
  readonly units: number;
  readonly stddev?: number;
}

function dense(x: tfl.SymbolicTensor, { name, units, stddev = deviation }: DenseArgs): tfl.SymbolicTensor {
  const kernelInitializer = tfl.initializers.randomNormal({ stddev });
  return applied(tfl.layers.dense({ name, units, kernelInitializer }), x);
}

function normalized(x: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor {
  return applied(tfl.layers.layerNormalization({ name, axis: -1, epsilon: 1e-5 }), x);
}
