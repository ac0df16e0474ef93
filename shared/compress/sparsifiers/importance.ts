import type { Layout } from "../../base/layout.ts";

/**
 * What a step η is multiplied by: the slope s = Δ ⊙ ∇f itself, which has the unit of f, or n·s/Σ|s| over each group of n coordinates.
 */
export type Units = "relative" | "absolute";

/** Q, the set of allowed importances w: {0 ≤ w ≤ most, Σw = d} for each group, or [low, high]^d. */
export type Region =
  | { readonly kind: "simplex"; readonly per: "tensor" | "vector"; readonly entropy: number; readonly most?: number }
  | { readonly kind: "cube"; readonly low: number; readonly high: number };

/** Coordinates begin … end−1 of the flat vector. */
type Span = { readonly begin: number; readonly end: number };

/** Coordinates that share one simplex, and one unit of slopes; under the cube those of a tensor. */
type Group = readonly Span[];

/**
 * How an importance vector is kept and moved over Q. Its state, `scores`, is w itself on the cube and ℓ = log w + const on the
 * simplex: a weight that rounds to 0 can still come back from there.
 */
export interface Importance {
  init(): Float32Array;
  /** w, with 1 on the coordinates that are skipped. O(d). */
  weights(scores: Float32Array): Float32Array;
  /** One step of ascent along `slope` = −∂_w f, of size η. Returns new scores. O(d). */
  step(scores: Float32Array, slope: (i: number) => number, rate: number): Float32Array;
}

/** Least score: scores stay finite whatever the gradient, and e^ℓ is 0 long before. */
const lowestScore = -1e30;

interface ImportanceOptions {
  /** Tensors whose name contains one of these words keep w = 1. */
  readonly skip: readonly string[];
  readonly units: Units;
}

/** Steps over a region. Law of relative units: slopes a·s make the same steps for every a > 0. */
export function importance(layout: Layout, region: Region, { skip, units }: ImportanceOptions): Importance {
  const spans = layout.tensors
    .filter(({ name }) => !skip.some((word) => name.toLowerCase().includes(word)))
    .map(({ offset, size }): Span => ({ begin: offset, end: offset + size }));
  const groups: readonly Group[] = region.kind === "simplex" && region.per === "vector" ? [spans] : spans.map((span) => [span]);
  const q = region.kind === "cube" ? onCube(layout.length, spans, region) : onSimplex(layout.length, groups, region);
  return units === "absolute"
    ? q
    : { ...q, step: (scores, slope, rate) => q.step(scores, relative(slope, layout.length, groups), rate) };
}

/** n·s/Σ|s| over each group of n; 0 where all of its slopes are. O(d). */
function relative(slope: (i: number) => number, length: number, groups: readonly Group[]): (i: number) => number {
  const scaled = new Float64Array(length);
  for (const group of groups) {
    let [sum, count] = [0, 0];
    for (const { begin, end } of group) {
      count += end - begin;
      for (let i = begin; i < end; i += 1) {
        scaled[i] = slope(i);
        sum += Math.abs(scaled[i]!);
      }
    }
    const scale = sum === 0 ? 0 : count / sum;
    for (const { begin, end } of group) for (let i = begin; i < end; i += 1) scaled[i]! *= scale;
  }
  return (i) => scaled[i]!;
}

/** Projected gradient: w ← clip(w + η·slope, low, high), from w = 1 (or the nearest in the cube). */
function onCube(length: number, spans: readonly Span[], { low, high }: Extract<Region, { kind: "cube" }>): Importance {
  const clip = (value: number): number => Math.max(low, Math.min(high, value));
  return {
    init() {
      const scores = new Float32Array(length).fill(1);
      for (const { begin, end } of spans) scores.fill(clip(1), begin, end);
      return scores;
    },
    weights: (scores) => scores.slice(),
    step(scores, slope, rate) {
      const moved = scores.slice();
      for (const { begin, end } of spans) {
        for (let i = begin; i < end; i += 1) moved[i] = clip(scores[i]! + rate * slope(i));
      }
      return moved;
    },
  };
}

/**
 * Entropic mirror descent: ℓ ← (ℓ + η·slope)/(1 + ηλ), w = n·softmax(ℓ) over each group of n coordinates, from w = 1. With a cap,
 * w = min(most, c·e^ℓ), Σw = n: scores add up as if there were none, which is dual averaging ("lazy" mirror descent).
 */
function onSimplex(
  length: number,
  groups: readonly Group[],
  { entropy, most = Number.POSITIVE_INFINITY }: Extract<Region, { kind: "simplex" }>,
): Importance {
  return {
    init: () => new Float32Array(length),
    weights(scores) {
      const weights = new Float32Array(length).fill(1);
      for (const group of groups) cappedSoftmax(scores, group, { weights, most });
      return weights;
    },
    step(scores, slope, rate) {
      const moved = new Float64Array(length);
      const shrink = 1 + rate * entropy;
      for (const { begin, end } of groups.flat()) {
        for (let i = begin; i < end; i += 1) moved[i] = (scores[i]! + rate * slope(i)) / shrink;
      }
      const centered = new Float32Array(length);
      for (const group of groups) {
        // A shift does not change the softmax; a largest score of 0 keeps the exponents from overflowing.
        const top = largest(moved, group);
        for (const { begin, end } of group) {
          for (let i = begin; i < end; i += 1) centered[i] = Math.max(moved[i]! - top, lowestScore);
        }
      }
      return centered;
    },
  };
}

/**
 * weights ← min(most, c·e^ℓ) over the n coordinates of a group, c such that they sum to n: the step of entropic mirror descent on
 * the capped simplex, by its optimality conditions. O(n) while nothing is capped, else O(n log n).
 */
function cappedSoftmax(
  scores: Float32Array,
  group: Group,
  { weights, most }: { readonly weights: Float32Array; readonly most: number },
): void {
  let [top, total, count] = [largest(scores, group), 0, 0];
  for (const { begin, end } of group) {
    count += end - begin;
    for (let i = begin; i < end; i += 1) total += Math.exp(scores[i]! - top);
  }
  let share = count / total;
  if (share > most) [top, share] = uncapped(scores, group, most);
  for (const { begin, end } of group) {
    for (let i = begin; i < end; i += 1) weights[i] = scores[i]! > top ? most : share * Math.exp(scores[i]! - top);
  }
}

/** The largest score that stays below the cap, and its weight. */
function uncapped(scores: Float32Array, group: Group, most: number): readonly [top: number, weight: number] {
  const sorted = new Float32Array(group.reduce((sum, { begin, end }) => sum + end - begin, 0));
  let at = 0;
  for (const { begin, end } of group) {
    sorted.set(scores.subarray(begin, end), at);
    at += end - begin;
  }
  sorted.sort();
  // sums[j] = Σ_{i ≤ j} e^(ℓ_i − ℓ_j): relative to the largest of them, nothing overflows and not all underflows.
  const sums = new Float64Array(at);
  for (let j = 0; j < at; j += 1) sums[j] = 1 + (j === 0 ? 0 : sums[j - 1]! * Math.exp(sorted[j - 1]! - sorted[j]!));
  let free = at;
  const weight = (): number => (at - (at - free) * most) / sums[free - 1]!;
  while (free > 1 && weight() > most) free -= 1;
  return [sorted[free - 1]!, Math.min(weight(), most)];
}

function largest(scores: ArrayLike<number>, group: Group): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const { begin, end } of group) for (let i = begin; i < end; i += 1) top = Math.max(top, scores[i]!);
  return top;
}
