import * as tfl from "@tensorflow/tfjs-layers";
import type { ModelShape } from "../model-method.ts";
import { applied } from "./applied.ts";

/** Dense layers with ReLU, one for each width in `hidden`, then one without: softmax regression if there are none. */
export function perceptron(hidden: readonly number[], { input, outputs }: ModelShape): tfl.LayersModel {
  const x = tfl.input({ shape: [...input] });
  let y = input.length === 1 ? x : applied(tfl.layers.flatten({ name: "flat" }), x);
  for (const [i, units] of hidden.entries())
    y = dense(y, { name: i === 0 ? "hidden" : `hidden${i + 1}`, units, activation: "relu" });
  // A linear model has one optimum: it may start at zero.
  const kernelInitializer = hidden.length === 0 ? "zeros" : "leCunNormal";
  return tfl.model({ inputs: x, outputs: dense(y, { name: "output", units: outputs, kernelInitializer }) });
}

type Dense = Parameters<typeof tfl.layers.dense>[0];

function dense(x: tfl.SymbolicTensor, args: Dense): tfl.SymbolicTensor {
  return applied(tfl.layers.dense({ kernelInitializer: "heNormal", ...args }), x);
}
