import type { Layout } from "../../base/layout.ts";
import type { Block } from "../../sum/merge-rule.ts";
import { selectLargest } from "../../vector/select.ts";
import { selectAbout } from "../../vector/select-about.ts";
import type { State } from "../../vector/update.ts";
import { defineMethod } from "../method.ts";
import { type Amount, countOf } from "../text/amount.ts";
import type { Stage } from "../types.ts";
import { amountIn, amountParameters } from "./amount-parameters.ts";
import { chosenInBlocks, chunkBlocks, tensorBlocks } from "./blocks.ts";
import type { Sparsifier } from "./sparsifier.ts";
import { topKByCost } from "./top-k-by-cost.ts";

type Nothing = Record<never, never> & State;

/**
 * Keeps the k coordinates of largest |xᵢ| of the whole vector; ties go to the lower index. Summed up the tree with truncation
 * to k at each node (gTop-k, Shi et al. 2019): what an inner merge rejects stays with the merging peer.
 * Contractive with α = k/d: ‖C(x) − x‖² ≤ (1 − k/d)‖x‖² (Stich et al. 2018, Lemma A.1). O(d), one pass; O(k) bytes.
 */
export function topK(amount: Amount): Sparsifier<Nothing> {
  return {
    merge: ({ length }, stage) => ({ kind: "truncate", keep: countOf(amount, length, stage) }),
    init: () => ({}),
    select: (x, _local, context) => ({
      support: { kind: "indices", indices: selectLargest(x, countOf(amount, x.length, context)) },
    }),
    spread({ length }, stage) {
      const count = countOf(amount, length, stage);
      return dropping(count / length, count);
    },
  };
}

/**
 * `topK`, but a leaf sends about k entries, from k/2 to 2k: those that reach a threshold estimated from a sample. Every merge
 * keeps exactly the k largest of its sum, as for `topK`. `selectAbout` bounds the error of k̂.
 * Contractive with α = k/(2d). Ranks k/2 to 2k may be sent or not: at most ¾ of ‖x‖², by chances p with p(1 − p) ≤ ¼, so ω = 3/16.
 */
export function topKSampled(amount: Amount): Sparsifier<Nothing> {
  return {
    ...topK(amount),
    select: (x, _local, context) => ({
      support: { kind: "indices", indices: selectAbout(x, countOf(amount, x.length, context), { rng: context.rng }) },
    }),
    spread({ length }, stage) {
      const count = countOf(amount, length, stage);
      return { ...dropping(count / (2 * length), Math.min(2 * count, length)), variance: 3 / 16 };
    },
  };
}

/** How a vector is cut into blocks. */
type BlocksOf = (layout: Layout, stage: Pick<Stage, "round">) => readonly Block[];

/**
 * `topK` in each tensor by itself, kᵢ = ⌈ρ·dᵢ⌉, at least 1: so a bias is sent beside a large kernel. A count k is that of each
 * tensor. Truncated per tensor at each node too. Contractive with α = min kᵢ/dᵢ. O(d); O(Σkᵢ) bytes.
 */
export function topKPerTensor(amount: Amount): Sparsifier<Nothing> {
  return topKInBlocks((layout, stage) => tensorBlocks(amount, layout, stage));
}

/** `topK` in each block by itself, truncated so at each node too. Contractive with α = min kᵢ/dᵢ. O(d); O(Σkᵢ) bytes. */
function topKInBlocks(blocksOf: BlocksOf): Sparsifier<Nothing> {
  return {
    merge: (layout, stage) => ({ kind: "truncate-blocks", blocks: blocksOf(layout, stage) }),
    init: () => ({}),
    select(x, _local, context) {
      const choose = (begin: number, end: number, keep: number) => selectLargest(x.subarray(begin, end), keep);
      return { support: { kind: "indices", indices: chosenInBlocks(blocksOf(context.layout, context), choose) } };
    },
    spread(layout, stage) {
      const blocks = blocksOf(layout, stage);
      const densities = blocks.map(({ end, keep }, i) => keep / (end - (blocks[i - 1]?.end ?? 0)));
      return dropping(
        Math.min(...densities),
        blocks.reduce((sum, { keep }) => sum + keep, 0),
      );
    },
  };
}

/** The class of a compressor that keeps `count` entries with an error of at most (1 − α)‖x‖². */
function dropping(alpha: number, count: number) {
  return { bias: Math.sqrt(1 - alpha), variance: 0, isShared: false, count, energy: 1 };
}

export const topKMethod = defineMethod({
  name: "topk",
  kind: "sparsifier",
  parameters: {
    ...amountParameters,
    tensor: { type: "flag", default: 0, help: "1: k of each tensor by itself" },
    chunk: {
      ...{ type: "integer", default: 0, min: 0, max: 2 ** 24, isNamed: true },
      help: "numbers of a block that keeps k of its own, as 4096; 0: none",
    },
    adaptive: {
      ...{ type: "flag", default: 0, isNamed: true },
      help: "1: k of each tensor adapts, so that a bit brings as much everywhere; as many bits as with tensor=1",
    },
    sampled: { type: "flag", default: 0, help: "1: about k, by a threshold from a sample; exact per tensor" },
  },
  example: "topk(10%)",
  variants: ["ef14(topk(10%, sampled=1))", "ef14(topk(2, chunk=16))"],
  summary: "Sends only the largest numbers of the update and where they stand.",
  law: "‖C(x) − x‖² ≤ (1 − k/d)‖x‖²",
  source: "Stich et al. 2018, Lemma A.1; summed as gTop-k, Shi et al. 2019",
  build(given) {
    const amount = amountIn(given);
    const { chunk } = given;
    if (given.adaptive) {
      if (chunk > 0 || given.tensor || given.sampled)
        throw new RangeError("expected adaptive alone, got it beside chunk, tensor or sampled");
      return topKByCost(amount);
    }
    if (chunk > 0) {
      if (given.tensor || given.sampled) throw new RangeError("expected chunk alone, got it beside tensor or sampled");
      return topKInBlocks((layout, stage) => chunkBlocks(amount, chunk, layout, stage));
    }
    // Small tensors are too small for a sample: per tensor the selection is exact, also with `sampled`.
    if (given.tensor) return topKPerTensor(amount);
    return given.sampled ? topKSampled(amount) : topK(amount);
  },
});
