import { selectLargest } from "../vector/select.ts";
import type { Block, CostBlock, MergeRule } from "./merge-rule.ts";

export type Truncation = Extract<MergeRule, { kind: "truncate" | "truncate-blocks" | "truncate-cost" }>;

/**
 * The positions in `data`, ascending, of the entries that the rule keeps; ties go to the lower one. O(n), and O(k log k) by cost.
 * @param indices the coordinates of the values, ascending; null: all of them
 */
export function keptBy(rule: Truncation, data: Float32Array, indices: Uint32Array | null): Uint32Array {
  switch (rule.kind) {
    case "truncate":
      return selectLargest(data, Math.min(rule.keep, data.length));
    case "truncate-blocks":
      return largestOfEach(data, indices, rule.blocks);
    case "truncate-cost": {
      const byCost = largestByCost(data, indices, rule);
      const ofEach = largestOfEach(data, indices, rule.blocks);
      return energyOf(byCost, data) >= energyOf(ofEach, data) ? byCost : ofEach;
    }
  }
}

/** The positions in `data` of the largest entries of each block, ascending. */
function largestOfEach(data: Float32Array, indices: Uint32Array | null, blocks: readonly Block[]): Uint32Array {
  const chosen = new Uint32Array(data.length);
  let count = 0;
  let start = 0;
  for (const { end, keep } of blocks) {
    let stop = indices === null ? end : start;
    if (indices !== null) while (stop < indices.length && indices[stop]! < end) stop += 1;
    for (const position of selectLargest(data.subarray(start, stop), Math.min(keep, stop - start))) {
      chosen[count] = start + position;
      count += 1;
    }
    start = stop;
  }
  return chosen.subarray(0, count);
}

/**
 * The entries of largest value²/cost until their costs reach the budget; the one that reaches it is among them, zeros are not: no set within
 * the budget has more energy (the fractional knapsack, Dantzig 1957).
 */
function largestByCost(
  data: Float32Array,
  indices: Uint32Array | null,
  { blocks, budget }: { readonly blocks: readonly CostBlock[]; readonly budget: number },
): Uint32Array {
  const scores = new Float32Array(data.length);
  const costs = new Float64Array(data.length);
  let block = 0;
  for (let j = 0; j < data.length; j += 1) {
    const i = indices === null ? j : indices[j]!;
    while (i >= blocks[block]!.end) block += 1;
    costs[j] = blocks[block]!.cost;
    scores[j] = Math.abs(data[j]!) / Math.sqrt(costs[j]!);
  }
  const least = blocks.reduce((min, { cost }) => Math.min(min, cost), Number.POSITIVE_INFINITY);
  const candidates = selectLargest(scores, Math.min(data.length, Math.ceil(budget / least)));
  const ranked = candidates.sort((a, b) => scores[b]! - scores[a]! || a - b);
  let spent = 0;
  let count = 0;
  while (count < ranked.length && spent < budget && scores[ranked[count]!]! > 0) {
    spent += costs[ranked[count]!]!;
    count += 1;
  }
  return ranked.slice(0, count).sort();
}

function energyOf(positions: Uint32Array, data: Float32Array): number {
  let energy = 0;
  for (let j = 0; j < positions.length; j += 1) energy += data[positions[j]!]! ** 2;
  return energy;
}
