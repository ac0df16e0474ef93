import { defineMethod } from "../method.ts";
import { amountIn, amountParameters } from "./amount-parameters.ts";
import { impK } from "./imp-k.ts";
import type { Operator } from "./operators.ts";

const operators: readonly Operator[] = [3, 4, 5, 6, 7];

/** Tensors that keep w = 1, as in the thesis: one minibatch does not show their importance. */
const skipped = ["bias", "norm", "embed"] as const;

export const impKMethod = defineMethod({
  name: "impk",
  kind: "sparsifier",
  parameters: {
    ...amountParameters,
    cube: { type: "numbers", count: 2, min: 0, max: 1e6, help: "[low, high]: bounds of each weight, in place of the simplex" },
    region: { type: "word", default: "simplex", of: ["simplex"], unless: "cube", help: "weights that add up to their number" },
    entropy: { type: "number", default: 1e-3, min: 0, max: 1e6, unless: "cube", help: "λ: draws the weights back to 1" },
    per: { type: "word", default: "tensor", of: ["tensor", "vector"], unless: "cube", help: "what one simplex is over" },
    most: {
      type: "number",
      default: 1.5,
      min: 1,
      max: 1e12,
      unless: "cube",
      help: "largest weight; inside an error feedback such as ef14 at most 1.5",
    },
    operator: {
      type: "integer",
      default: 5,
      min: 3,
      max: 7,
      help: "how weights choose and scale, by the thesis's number; 7 is unbiased",
    },
    steps: { type: "integer", default: 5, min: 1, max: 1_000, help: "gradients at each refresh" },
    step: { type: "number", default: 0.2, min: 0, max: 1e12, help: "η: size of a step of the weights" },
    refresh: { type: "integer", default: 10, min: 1, max: 1e6, help: "rounds from one refresh of the weights to the next" },
    tensor: { type: "flag", default: 0, help: "1: k of each tensor by itself, as in the thesis" },
    units: {
      type: "word",
      default: "relative",
      of: ["relative", "absolute"],
      help: "of a step: relative to a tensor's mean slope, or absolute, in units of 1/loss",
    },
    start: {
      type: "word",
      default: "ones",
      of: ["ones", "warm"],
      help: "where a refresh begins: at weights of 1, or at those of the one before",
    },
    batch: {
      type: "word",
      default: "same",
      of: ["same", "other"],
      help: "samples of the inner gradients: those of the round's first step, or others",
    },
    skip: { type: "words", default: skipped, help: "tensors whose names contain one of these keep weight 1" },
  },
  example: "impk(10%, cube=[0, 2], steps=2)",
  variants: [
    "impk(10%, cube=[0, 2], steps=2) | qsgd(8)",
    "impk(10%, operator=6) | sign",
    "impk(10%, operator=7, tensor=1)",
    "impk(10%, tensor=1, start=warm, units=absolute, batch=other)",
  ],
  summary: "Learns by a few extra gradients which numbers help the model most, and sends those.",
  law: "w in [1, 2]^d, γ ≤ 1/L: f(x^T) − f* ≤ (1 − μγ(1 − Lγ)k/d)^T (f(x⁰) − f*)",
  source: "Khafizov 2025",
  build({ cube, entropy, per, most, operator, step, tensor, steps, refresh, units, start, batch, skip, ...amount }) {
    const region =
      cube === null
        ? ({ kind: "simplex", entropy, per, most } as const)
        : ({ kind: "cube", low: cube[0]!, high: cube[1]! } as const);
    const how = {
      operator: operators[operator - 3]!,
      rate: step,
      isPerTensor: tensor,
      steps,
      refresh,
      units,
      start,
      batch,
      skip,
    };
    return impK(amountIn(amount), { ...how, region });
  },
});
