import { type Rng, sampleIndices } from "../../base/random.ts";
import type { Block } from "../../sum/merge-rule.ts";
import { saturate } from "../../vector/saturate.ts";
import { selectLargest } from "../../vector/select.ts";
import { chosenInBlocks } from "./blocks.ts";
import type { Choice } from "./sparsifier.ts";
import { sampleUnbiased } from "./unbiased.ts";

/**
 * How weights w choose and scale; 3 to 6 as the thesis numbers them.
 *
 * | operator | support S | sent |
 * |---|---|---|
 * | 3 | the k largest wᵢ | x_S |
 * | 4 | k at random without replacement, P ∝ w | x_S |
 * | 5 | the k largest abs(wᵢxᵢ) | w_S x_S |
 * | 6 | as 4 | w_S x_S |
 * | 7 | at random, πᵢ = min(1, c·abs(wᵢxᵢ)), Σπ = k | xᵢ/πᵢ: unbiased |
 */
export type Operator = 3 | 4 | 5 | 6 | 7;

/** The choice of an operator in each block of x. O(d). */
export function chosenBy(
  operator: Operator,
  x: Float32Array,
  weights: Float32Array,
  { blocks, rng }: { readonly blocks: readonly Block[]; readonly rng: Rng },
): Choice {
  if (operator === 7) return sampleUnbiased(weighed(x, weights), blocks, rng);
  const keys = operator === 5 ? weighed(x, weights) : weights;
  const isRandom = operator === 4 || operator === 6;
  const indices = chosenInBlocks(blocks, (begin, end, keep) => {
    const part = keys.subarray(begin, end);
    return isRandom ? drawn(part, keep, rng) : selectLargest(part, keep);
  });
  const support = { kind: "indices", indices } as const;
  return operator === 3 || operator === 4 ? { support } : { support, scale: Float32Array.from(indices, (i) => weights[i]!) };
}

/** w ⊙ x. */
export function weighed(x: Float32Array, weights: Float32Array): Float32Array {
  const product = new Float32Array(x.length);
  for (let i = 0; i < product.length; i += 1) product[i] = saturate(weights[i]! * x[i]!);
  return product;
}

/** k draws without replacement, each with P ∝ w; where fewer than k weights are positive all of those, and the others with equal chances. */
function drawn(weights: Float32Array, k: number, rng: Rng): Uint32Array {
  const idle = indicesWhere(weights, (weight) => weight === 0);
  const positive = weights.length - idle.length;
  if (positive >= k) return selectLargest(races(weights, rng), k);
  const others = sampleIndices(idle.length, k - positive, rng);
  const chosen = indicesWhere(weights, (weight) => weight > 0);
  return Uint32Array.from([...chosen, ...Array.from(others, (at) => idle[at]!)]).sort();
}

function indicesWhere(weights: Float32Array, test: (weight: number) => boolean): Uint32Array {
  const found = new Uint32Array(weights.length);
  let count = 0;
  for (let i = 0; i < weights.length; i += 1) {
    if (!test(weights[i]!)) continue;
    found[count] = i;
    count += 1;
  }
  return found.slice(0, count);
}

/**
 * Keys whose k largest are k draws without replacement, each with P ∝ w: wᵢ/Eᵢ with Eᵢ exponential, which orders as Gumbel noise
 * on log w does (Efraimidis, Spirakis 2006). A weight of 0 comes last.
 */
function races(weights: Float32Array, rng: Rng): Float32Array {
  const keys = new Float32Array(weights.length);
  // Half a step of the generator keeps the logarithm's argument away from 0 and 1.
  for (let i = 0; i < keys.length; i += 1) keys[i] = weights[i]! / -Math.log(rng.uniform() + 2 ** -33);
  return keys;
}
