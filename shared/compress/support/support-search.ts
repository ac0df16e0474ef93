import type { Block, MergeRule, Phase } from "../../sum/merge-rule.ts";
import { indicesOf, sparseUpdate, type Update } from "../../vector/update.ts";

/** What all peers know of a support before it is found. */
export interface SupportBounds {
  /** d. */
  readonly length: number;
  /** How many coordinates of each block it may have. */
  readonly blocks: readonly Block[];
  readonly round: number;
}

/** A peer's own part in the search of a support. */
export interface Searcher {
  readonly position: number;
  readonly members: number;
  /** The vector of d coordinates of which entries are to be sent. */
  vector(): Float32Array;
  /** The entries that this peer would send by itself. */
  entries(): Update;
}

/**
 * How all peers come to one support S: by one sum, before that of the values. Since all know S, values travel without indices, and the
 * residuals obey, in the mean over the peers,
 *
 *     ē⁺ = p̄ − C_S(p̄),   p̄ = ē + mean x
 *
 * which is the error feedback of a single worker on the mean (ScaleCom, Chen et al. 2020): that peers differ leaves no floor.
 */
export interface SupportSearch {
  phase(bounds: SupportBounds): Phase;
  /** This peer's summand. */
  summand(searcher: Searcher, bounds: SupportBounds): Update;
  /** S: ascending, at most what the bounds allow whatever the total is; the same on every peer, bit for bit. */
  support(total: Update, bounds: SupportBounds): Uint32Array;
}

/** The bounds of a support by the rule that its entries would be merged by. @throws {RangeError} if that does not truncate */
export function boundsOf(merge: MergeRule, length: number, round: number): SupportBounds {
  if (merge.kind === "truncate") return { length, blocks: [{ end: length, keep: merge.keep }], round };
  if (merge.kind === "truncate-blocks") return { length, blocks: merge.blocks, round };
  throw new RangeError(`expected sums that are truncated, got ${merge.kind}`);
}

/** The rule by which entries are cut to those bounds. */
export function cutTo({ blocks }: SupportBounds): MergeRule {
  return blocks.length === 1 ? { kind: "truncate", keep: blocks[0]!.keep } : { kind: "truncate-blocks", blocks };
}

/** The coordinates of a total, of each block at most as many as the bounds allow, the lowest first. O(k). */
export function boundedIndices(total: Update, { blocks }: SupportBounds): Uint32Array {
  const all = indicesOf(total) ?? Uint32Array.from(total.values.data, (_, i) => i);
  const kept: number[] = [];
  let at = 0;
  for (const { end, keep } of blocks) {
    for (let count = 0; at < all.length && all[at]! < end; at += 1, count += 1) if (count < keep) kept.push(all[at]!);
  }
  return Uint32Array.from(kept);
}

/** The numbers of a prefix, at the coordinates of a support; those beyond it are left out, those that lack are 0. O(k). */
export function placedAt(support: Uint32Array, update: Update): Update {
  const data = new Float32Array(support.length);
  const positions = indicesOf(update);
  for (let j = 0; j < update.values.data.length; j += 1) {
    const position = positions === null ? j : positions[j]!;
    if (position < data.length) data[position] = update.values.data[j]!;
  }
  return sparseUpdate(update.length, support, data);
}
