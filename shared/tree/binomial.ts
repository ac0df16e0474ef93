import type { Topology } from "./topology.ts";

/**
 * The parent of i is i with its lowest set bit cleared. The root has ⌈log₂ count⌉ links, nobody has more; height ⌊log₂ count⌋.
 * The tree of gTop-k (Shi et al. 2019, Fig. 4).
 */
export const binomial = {
  name: "binomial",
  summary: "the tree of gTop-k; the root has most links, log₂ of the peers",
  parentOf: (position) => position & (position - 1),
  childrenOf(position, count) {
    const children: number[] = [];
    for (let bit = 1; (position & bit) === 0 && position + bit < count; bit <<= 1) children.push(position + bit);
    return children;
  },
  // All that have the same bits as the position from its lowest set bit up.
  subtreeOf: (position, count) => [
    { start: position, end: position === 0 ? count : Math.min(count, position + (position & -position)) },
  ],
  heightOf: (count) => 31 - Math.clz32(count),
  // i − 1 is the parent of every odd i, and an orphan of the same loss for most others.
  reparentsTo: "before-parent",
} as const satisfies Topology;
