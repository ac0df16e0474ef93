import type { Layout } from "../../base/layout.ts";
import { keptBy, type Truncation } from "../../sum/kept-by.ts";
import { valueFormatOf } from "../../vector/formats/value-formats.ts";
import { indicesOf, type State, type Update, type Values } from "../../vector/update.ts";
import type { Amount } from "../text/amount.ts";
import type { Stage } from "../types.ts";
import { tensorBlocks } from "./blocks.ts";
import type { Sparsifier } from "./sparsifier.ts";

/** Values of a block of a format, and so the unit of costs: 1/128 bit. */
const costUnits = 128;

/**
 * Top-k with a k of each tensor that adapts, as in L-GreCo (Markov et al. 2024) and Kimad (Xin et al. 2023): the entries of largest
 * xᵢ²/c, c the bits that an entry of its tensor takes, until the bits are used up that kᵢ = ⌈ρdᵢ⌉ of every tensor take. So one more bit
 * brings as much energy in every tensor. An index takes about 2 + ⌊log₂(dᵢ/kᵢ)⌋ bits; for kᵢ stands how many entries of the tensor the
 * last total had, which all peers know alike. Where kᵢ = ⌈ρdᵢ⌉ of each tensor keep more of this vector, they are kept: the error is never
 * above theirs, for the same bits. Truncated so at each node. Contractive with α = min kᵢ/dᵢ. O(d + k log k).
 */
export function topKByCost(amount: Amount, format: Values["format"] = "f32"): Sparsifier {
  const ruleAt = (layout: Layout, stage: Pick<Stage, "round">, replicated: State | undefined): Truncation => {
    const value = 8 * valueFormatOf(format).size(costUnits);
    const last = replicated?.["counts"];
    let budget = 0;
    const blocks = tensorBlocks(amount, layout, stage).map(({ end, keep }, t) => {
      const { size } = layout.tensors[t]!;
      budget += keep * costOf(value, size, keep);
      const found = last instanceof Float32Array ? Math.max(1, last[t]!) : keep;
      return { end, keep, cost: costOf(value, size, found) };
    });
    return { kind: "truncate-cost", blocks, budget };
  };
  return {
    merge: ruleAt,
    init: () => ({}),
    fromTotals: {
      init: (layout) => ({ counts: Float32Array.from(tensorBlocks(amount, layout, { round: 1 }), ({ keep }) => keep) }),
      next: (total, layout) => ({ counts: countsIn(total, layout) }),
    },
    inFormat: (other) => topKByCost(amount, other),
    select: (x, _local, context, replicated) => ({
      support: { kind: "indices", indices: keptBy(ruleAt(context.layout, context, replicated), x, null) },
    }),
    spread(layout, stage) {
      const densities = tensorBlocks(amount, layout, stage).map(({ keep }, t) => keep / layout.tensors[t]!.size);
      return { bias: Math.sqrt(1 - Math.min(...densities)), variance: 0, isShared: false, count: layout.length, energy: 1 };
    },
  };
}

/** What an entry costs in a tensor that sends k of its d. */
function costOf(value: number, d: number, k: number): number {
  return value + costUnits * (2 + 31 - Math.clz32(Math.floor(d / k)));
}

/** How many entries of each tensor an update has. O(k). */
function countsIn(update: Update, { tensors }: Layout): Float32Array {
  const indices = indicesOf(update);
  let at = 0;
  return Float32Array.from(tensors, ({ offset, size }) => {
    if (indices === null) return size;
    const begin = at;
    while (at < indices.length && indices[at]! < offset + size) at += 1;
    return at - begin;
  });
}
