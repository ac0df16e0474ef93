import { type TopologyName, topologyOf } from "./topologies.ts";
import { placeOf } from "./tree.ts";

/** In smaller rosters whoever loses its parent has lost the root, or may be without it until the server is back. */
const minMembers = 4;

/**
 * The positions to which a peer keeps an idle link beside those of the tree, for who loses its parent: the one that would take this
 * peer in first (it is lower, so that ways to the root never turn in a circle), then those that this peer would take in, ascending.
 * After the loss of any one peer but the root, each of its children still has such a way to the root.
 *
 * At most 2 in the heap; tree and all, at most 14 links for 4,096 peers of the binomial tree. Symmetric. O(log count).
 * @throws {RangeError} unless 0 ≤ position < count
 */
export function backupsOf(tree: TopologyName, position: number, count: number): number[] {
  const { parent, children } = placeOf(tree, position, count);
  if (count < minMembers) return [];
  const near = new Set([parent, ...children]);
  // Whom a position takes in comes right after it, or is a child of the one that does.
  const after = position + 1 < count ? [position + 1, ...placeOf(tree, position + 1, count).children] : [];
  const taken = after.filter((other) => takerOf(tree, other) === position);
  const taker = takerOf(tree, position);
  return (taker === null ? taken : [taker, ...taken]).filter((other) => !near.has(other));
}

/** Who takes in a position that has lost its parent; null at the root. May be its parent: then there is nobody. */
function takerOf(tree: TopologyName, position: number): number | null {
  if (position === 0) return null;
  const { parentOf, reparentsTo } = topologyOf(tree);
  const parent = reparentsTo === "before-self" ? 0 : parentOf(position);
  return parent === 0 ? position - 1 : parent - 1;
}
