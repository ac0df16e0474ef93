import { placeOf, type TreeKind } from "./tree.ts";

/** In smaller rosters whoever loses its parent has lost the root, or may be without it until the server is back. */
const fewestMembers = 4;

/**
 * The positions to which a peer keeps an idle link beside those of the tree, for who loses its parent: the one that would take this
 * peer in first (it is lower, so that ways to the root never turn in a circle), then those that this peer would take in, ascending.
 * After the loss of any one peer but the root, each of its children still has such a way to the root.
 *
 * `heap`: the neighbors in roster order, at most 2. `binomial`: there, i − 1 is the parent or an orphan, too; so it is the position
 * before the parent's (i − 1 if the parent is the root), a leaf with few links. At most 14 links for 4,096 peers, tree and all.
 * Symmetric. O(log count).
 * @throws {RangeError} unless 0 ≤ position < count
 */
export function backupsOf(kind: TreeKind, position: number, count: number): number[] {
  const { parent, children } = placeOf(kind, position, count);
  if (count < fewestMembers) return [];
  const near = new Set([parent, ...children]);
  const below = [position + 1, ...(kind === "heap" || position + 1 >= count ? [] : placeOf(kind, position + 1, count).children)];
  const taken = below.filter((other) => other < count && takerOf(kind, other) === position);
  const taker = takerOf(kind, position);
  return (taker === null ? taken : [taker, ...taken]).filter((other) => !near.has(other));
}

/** Who takes in a position that has lost its parent; null at the root. May be its parent: then there is nobody. */
function takerOf(kind: TreeKind, position: number): number | null {
  if (position === 0) return null;
  const parent = kind === "heap" ? 0 : position & (position - 1);
  return parent === 0 ? position - 1 : parent - 1;
}
