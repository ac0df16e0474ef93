import type { Rng } from "../../base/random.ts";
import { saturate } from "../../vector/saturate.ts";
import { selectLargest } from "../../vector/select.ts";
import { allFinite } from "../../vector/update.ts";
import { type Amount, countOf } from "../text/amount.ts";
import { gradientIn } from "../types.ts";
import { importance, type Region } from "./importance.ts";
import { gather, type Sparsifier } from "./sparsifier.ts";

/**
 * 3: S = top-k by w, x_S is sent. 4: S random without replacement, P ∝ w, x_S is sent. 5: S = top-k by |wᵢxᵢ|, w_S x_S is sent.
 * 6: S as in 4, w_S x_S is sent. Numbers as in the thesis.
 */
export type Operator = 3 | 4 | 5 | 6;

export interface ImpKOptions {
  readonly region: Region;
  readonly operator: Operator;
  /** Inner steps of a refresh; each is one forward and backward pass over one minibatch. */
  readonly steps: number;
  /** η. The slope is Δᵢ·∂ᵢf, so a step has the unit of 1/f. */
  readonly rate: number;
  /** Rounds from one refresh to the next; all peers refresh in the same rounds, so that they wait for one another only then. */
  readonly refresh: number;
  /** Tensors whose name contains one of these words keep w = 1. */
  readonly skip: readonly string[];
}

/** `scores`: the variable of the solver; `weights`: the w that it stands for. Never sent. */
type Learnt = { readonly scores: Float32Array; readonly weights: Float32Array };

/**
 * Compression by importance (Khafizov 2025): w ≈ argmin_{w∈Q} f(x − w⊙Δ), by `steps` steps of
 *
 *     slope = Δ ⊙ ∇f(x − w⊙Δ);   cube: w ← clip(w + η·slope);   simplex: ℓ ← (ℓ + η·slope)/(1 + ηλ), w = min(most, c·e^ℓ)
 *
 * warm from the last refresh. Δ, this peer's own direction before its weight in the sum, takes the place of γg; with error
 * feedback it includes the residual. Law, operator 5, w ∈ [1, 2]^d, γ ≤ 1/L, f μ-PL: f(x^T) − f* ≤ (1 − μγ(1 − Lγ)k/d)^T (f(x⁰) − f*).
 * EF14 keeps (1 − w)Δ of what was sent: on a coordinate of curvature h that always is, stable only for w < 4/(2 + γh), so that
 * regions which reach 2 can diverge in it. O(d) a round (O(d log d) where the simplex is capped), and `steps` gradients at a
 * refresh. A gradient that is not finite ends a refresh where it stands.
 */
export function impK(amount: Amount, options: ImpKOptions): Sparsifier<Learnt> {
  const { region, operator, steps, rate, refresh, skip } = options;
  return {
    merge: ({ length }, stage) => ({ kind: "truncate", keep: countOf(amount, length, stage) }),
    init(layout) {
      const { init, weights } = importance(layout, region, skip);
      const scores = init();
      return { scores, weights: weights(scores) };
    },
    *learn(direction, local, { layout, parameters, round, weight }) {
      if ((round - 1) % refresh !== 0 || weight === 0) return local;
      const q = importance(layout, region, skip);
      let { scores, weights } = local;
      for (let step = 0; step < steps; step += 1) {
        const at = new Float32Array(parameters.length);
        for (let i = 0; i < at.length; i += 1) at[i] = parameters[i]! - (weights[i]! * direction[i]!) / weight;
        const gradient = gradientIn(yield { kind: "gradient", at });
        if (!allFinite(gradient)) break;
        scores = q.step(scores, (i) => (direction[i]! / weight) * gradient[i]!, rate);
        weights = q.weights(scores);
      }
      return { ...local, scores, weights };
    },
    select(x, { weights }, { rng, round }) {
      const k = countOf(amount, x.length, { round });
      const by = operator === 3 ? weights : operator === 5 ? weighed(x, weights) : races(weights, rng);
      return { kind: "indices", indices: selectLargest(by, k) };
    },
    apply(x, support, { weights }) {
      return gather(operator === 3 || operator === 4 ? x : weighed(x, weights), support);
    },
  };
}

/** w ⊙ x. */
function weighed(x: Float32Array, weights: Float32Array): Float32Array {
  const product = new Float32Array(x.length);
  for (let i = 0; i < product.length; i += 1) product[i] = saturate(weights[i]! * x[i]!);
  return product;
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
