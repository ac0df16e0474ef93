import type { Layout } from "../../base/layout.ts";
import type { Block } from "../../sum/merge-rule.ts";
import { type Amount, countOf } from "../text/amount.ts";
import type { Stage } from "../types.ts";

/** One block for the whole vector. */
export function wholeBlock(amount: Amount, { length }: Pick<Layout, "length">, stage: Pick<Stage, "round">): readonly Block[] {
  return [{ end: length, keep: countOf(amount, length, stage) }];
}

/** A block for each tensor, kᵢ = ⌈ρ·dᵢ⌉, at least 1; a count k is that of each tensor. */
export function tensorBlocks(amount: Amount, { tensors }: Layout, stage: Pick<Stage, "round">): readonly Block[] {
  return tensors.map(({ offset, size }) => ({ end: offset + size, keep: countOf(amount, size, stage) }));
}

/** Blocks of `chunk` coordinates, the last perhaps of fewer; a count k is that of each. */
export function chunkBlocks(
  amount: Amount,
  chunk: number,
  { length }: Pick<Layout, "length">,
  stage: Pick<Stage, "round">,
): readonly Block[] {
  return Array.from({ length: Math.ceil(length / chunk) }, (_, i) => {
    const end = Math.min(length, (i + 1) * chunk);
    return { end, keep: countOf(amount, end - i * chunk, stage) };
  });
}

/**
 * The indices that `choose` picks in each block, ascending.
 * @param choose `keep` indices of the coordinates begin … end−1, ascending, counted from begin
 */
export function chosenInBlocks(
  blocks: readonly Block[],
  choose: (begin: number, end: number, keep: number) => Uint32Array,
): Uint32Array {
  const indices = new Uint32Array(blocks.reduce((sum, { keep }) => sum + keep, 0));
  let [at, begin] = [0, 0];
  for (const { end, keep } of blocks) {
    for (const index of choose(begin, end, keep)) {
      indices[at] = begin + index;
      at += 1;
    }
    begin = end;
  }
  return at === indices.length ? indices : indices.slice(0, at);
}
