import type { Method } from "../method.ts";
import type { Arguments } from "../text/arguments.ts";
import { impK, type Operator } from "./imp-k.ts";
import type { Region } from "./importance.ts";
import type { Sparsifier } from "./sparsifier.ts";

const operators: readonly Operator[] = [3, 4, 5, 6];

/** Left at w = 1, after the thesis: what these tensors need does not show in one minibatch. */
const skipped = ["bias", "norm", "embed"];

/** Inside EF14 a weight w leaves (1 − w)x in the residual, which is stable for w < 4/(2 + γh): see docs/decisions/0010. */
const maxWeight = 1.5;

/** `impk(k, simplex | cube=[a, b], operator=5, steps=5, step=1, entropy=0.001, refresh=10, per=tensor, most=1.5, skip=[bias, norm, embed])`. */
function impKOf(given: Arguments): Sparsifier {
  const amount = given.amount("k");
  const cube = given.numbers("cube", { count: 2, min: 0, max: 1e6 });
  const region = cube === null ? simplexOf(given) : { kind: "cube" as const, low: cube[0]!, high: cube[1]! };
  const operator = given.integer("operator", { fallback: 5, min: 3, max: 6 });
  return impK(amount, {
    region,
    operator: operators[operator - 3]!,
    steps: given.integer("steps", { fallback: 5, min: 1, max: 1_000 }),
    rate: given.number("step", { fallback: 1, min: 0, max: 1e12 }),
    refresh: given.integer("refresh", { fallback: 10, min: 1, max: 1e6 }),
    skip: given.words("skip", skipped),
  });
}

function simplexOf(given: Arguments): Region {
  given.word("region", { fallback: "simplex", of: ["simplex"] });
  return {
    kind: "simplex",
    entropy: given.number("entropy", { fallback: 1e-3, min: 0, max: 1e6 }),
    per: given.word("per", { fallback: "tensor", of: ["tensor", "vector"] }),
    most: given.number("most", { fallback: maxWeight, min: 1, max: 1e12 }),
  };
}

export const impKMethod: Method = {
  name: "impk",
  kind: "sparsifier",
  usage:
    "impk(1%, simplex, entropy=0.001, per=tensor, most=1.5) or impk(1%, cube=[0, 2]), operator=5, steps=5, step=1, refresh=10, skip=[bias]; inside ef14 weights from 2 on diverge",
  example: "impk(10%, cube=[0, 2], steps=2)",
  summary: "Learns by a few extra gradients which numbers help the model most, and sends those.",
  law: "w in [1, 2]^d, γ ≤ 1/L: f(x^T) − f* ≤ (1 − μγ(1 − Lγ)k/d)^T (f(x⁰) − f*)",
  source: "Khafizov 2025",
  build: impKOf,
};
