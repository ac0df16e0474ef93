import type { PositionRange, Topology } from "./topology.ts";

/** Arity 2: the parent of i is ⌊(i − 1)/2⌋. At most 3 links a peer, height ⌊log₂ count⌋. */
export const heap = {
  name: "heap",
  summary: "at most 3 links a peer",
  parentOf: (position) => (position - 1) >> 1,
  childrenOf: (position, count) => [2 * position + 1, 2 * position + 2].filter((child) => child < count),
  // A level of a subtree is one range.
  subtreeOf(position, count) {
    const levels: PositionRange[] = [];
    for (let start = position, width = 1; start < count; start = 2 * start + 1, width *= 2) {
      levels.push({ start, end: Math.min(count, start + width) });
    }
    return levels;
  },
  heightOf: (count) => 31 - Math.clz32(count),
  reparentsTo: "before-self",
} as const satisfies Topology;
