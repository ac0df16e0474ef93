import type { Rng } from "../../base/random.ts";
import type { Block } from "../../sum/merge-rule.ts";
import { chosenInBlocks } from "./blocks.ts";
import type { Choice } from "./sparsifier.ts";

/**
 * Support of a random choice with πᵢ = P(i ∈ S) = min(1, c·|yᵢ|), Σπ = k in each block, and the scale 1/π that makes it unbiased
 * (Wangni et al. 2018): E C(x) = x and E‖C(x) − x‖² = Σ xᵢ²(1/πᵢ − 1), for y = x the least of all unbiased choices of k. S is drawn by
 * systematic sampling: one draw u, and i for each whole number that u + Σ_{j ≤ i} πⱼ passes, so that |S| = k. A coordinate with y = 0 is
 * never chosen. O(d log d).
 */
export function sampleUnbiased(y: Float32Array, blocks: readonly Block[], rng: Rng): Choice {
  const scales: number[] = [];
  const indices = chosenInBlocks(blocks, (begin, end, keep) => {
    const part = y.subarray(begin, end);
    const factor = inclusionFactor(part, keep);
    const chosen: number[] = [];
    let passed = rng.uniform();
    for (let i = 0; i < part.length; i += 1) {
      if (part[i] === 0) continue;
      const chance = Math.min(1, factor * Math.abs(part[i]!));
      const next = passed + chance;
      // Rounded sums may end a little above k.
      if (Math.floor(next) > Math.floor(passed) && chosen.length < keep) {
        chosen.push(i);
        scales.push(1 / chance);
      }
      passed = next;
    }
    return Uint32Array.from(chosen);
  });
  return { support: { kind: "indices", indices }, scale: Float64Array.from(scales) };
}

/**
 * c with Σ min(1, c·|yᵢ|) = k; infinite where at most k of y are not 0: then all of those are certain. Of the sizes in descending order
 * the first m are certain, for the least m at which c = (k − m)/(sum of the others) makes no other one so.
 */
export function inclusionFactor(y: Float32Array, k: number): number {
  const sizes = Float32Array.from(y, Math.abs).sort().reverse();
  const nonzero = sizes.findLastIndex((size) => size > 0) + 1;
  if (nonzero <= k) return Number.POSITIVE_INFINITY;
  // Sums from the smallest on: the tail of each m.
  const tails = new Float64Array(nonzero + 1);
  for (let i = nonzero - 1; i >= 0; i -= 1) tails[i] = tails[i + 1]! + sizes[i]!;
  let certain = 0;
  while (certain < k - 1 && (k - certain) * sizes[certain]! >= tails[certain]!) certain += 1;
  return (k - certain) / tails[certain]!;
}
