import { allFinite } from "../../vector/update.ts";
import { type Amount, countOf } from "../text/amount.ts";
import { type GradientAsk, gradientIn, type Stage } from "../types.ts";
import { tensorBlocks, wholeBlock } from "./blocks.ts";
import { importance, type Region, type Units } from "./importance.ts";
import { chosenBy, type Operator } from "./operators.ts";
import type { Sparsifier } from "./sparsifier.ts";

export interface ImpKOptions {
  readonly region: Region;
  readonly operator: Operator;
  /** Whether k is that of each tensor by itself, kᵢ = ⌈ρdᵢ⌉, as in the thesis. */
  readonly isPerTensor?: boolean;
  /** Inner steps of a refresh; each is one forward and backward pass over one minibatch. */
  readonly steps: number;
  /** η. */
  readonly rate: number;
  readonly units: Units;
  /** Rounds from one refresh to the next; all peers refresh in the same rounds, so that they wait for one another only then. */
  readonly refresh: number;
  /** Whether a refresh begins at w = 1, as in the thesis, or at the weights of the one before. */
  readonly start: "ones" | "warm";
  /** The minibatch of the inner gradients: that of the round's first local step, as in the thesis, or another. */
  readonly batch: GradientAsk["batch"];
  /** Tensors whose name contains one of these words keep w = 1. */
  readonly skip: readonly string[];
}

/** `scores`: the variable of the solver; `weights`: the w that it stands for. Never sent. */
type Learnt = { readonly scores: Float32Array; readonly weights: Float32Array };

/**
 * Compression by importance (Khafizov 2025): w ≈ argmin_{w∈Q} f(x − w⊙Δ), by `steps` steps of
 *
 *     s = Δ ⊙ ∇f(x − w⊙Δ);   cube: w ← clip(w + η·s);   simplex: ℓ ← (ℓ + η·s)/(1 + ηλ), w = min(most, c·e^ℓ)
 *
 * from w = 1, or warm. In relative units s is divided by its mean size in the tensor, so that weights(a·f) = weights(f). Δ, this peer's
 * own direction before its weight in the sum, takes the place of γg; with error feedback it includes the residual.
 * Law, operator 5, w ∈ [1, 2]^d, γ ≤ 1/L, f μ-PL: f(x^T) − f* ≤ (1 − μγ(1 − Lγ)k/d)^T (f(x⁰) − f*).
 * Choices by size are summed with truncation as top-k's, the others exactly: a merge by size would cut what they did not choose by it.
 * Inside error feedback the region is cut to weights from 0.05 to 1.5. O(d) a round (O(d log d) where the simplex is capped), and
 * `steps` gradients at a refresh. A gradient that is not finite ends a refresh where it stands.
 */
export function impK(amount: Amount, options: ImpKOptions): Sparsifier<Learnt> {
  const { region, operator, isPerTensor = false, steps, rate, refresh, start, batch } = options;
  const blocksAt = isPerTensor ? tensorBlocks : wholeBlock;
  const inner = boundedRegion(region);
  return {
    merge(layout, stage: Stage) {
      if (operator !== 5) return { kind: "exact" };
      if (isPerTensor) return { kind: "truncate-blocks", blocks: tensorBlocks(amount, layout, stage) };
      return { kind: "truncate", keep: countOf(amount, layout.length, stage) };
    },
    init(layout) {
      const { init, weights } = importance(layout, region, options);
      const scores = init();
      return { scores, weights: weights(scores) };
    },
    *learn(direction, local, { layout, parameters, round, weight }) {
      if ((round - 1) % refresh !== 0 || weight === 0) return local;
      const q = importance(layout, region, options);
      let learnt = local;
      if (start === "ones") {
        const scores = q.init();
        learnt = { ...local, scores, weights: q.weights(scores) };
      }
      for (let step = 0; step < steps; step += 1) {
        const { weights } = learnt;
        const at = new Float32Array(parameters.length);
        for (let i = 0; i < at.length; i += 1) at[i] = parameters[i]! - (weights[i]! * direction[i]!) / weight;
        const gradient = gradientIn(yield { kind: "gradient", at, batch });
        if (!allFinite(gradient)) return step === 0 ? local : learnt;
        const scores = q.step(learnt.scores, (i) => (direction[i]! / weight) * gradient[i]!, rate);
        learnt = { ...learnt, scores, weights: q.weights(scores) };
      }
      return learnt;
    },
    select: (x, { weights }, context) =>
      chosenBy(operator, x, weights, { blocks: blocksAt(amount, context.layout, context), rng: context.rng }),
    ...(operator === 5 ? { weights: ({ weights }: Learnt) => weights } : {}),
    ...(inner === region ? {} : { inFeedback: impK(amount, { ...options, region: inner }) }),
  };
}

/** Weights inside EF14: w leaves (1 − w)x in the residual, which is stable for w < 4/(2 + γh), and of 0 all: see docs/decisions/0010. */
const [leastWeight, mostWeight] = [0.05, 1.5] as const;

/** The part of a region in which error feedback is stable; the region itself if that is all of it. */
function boundedRegion(region: Region): Region {
  if (region.kind === "simplex")
    return (region.most ?? Number.POSITIVE_INFINITY) <= mostWeight ? region : { ...region, most: mostWeight };
  const clip = (bound: number): number => Math.max(leastWeight, Math.min(mostWeight, bound));
  const [low, high] = [clip(region.low), clip(region.high)];
  return low === region.low && high === region.high ? region : { ...region, low, high };
}
