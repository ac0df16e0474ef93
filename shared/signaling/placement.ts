import { placeOf, type TreeKind } from "../aggregate/tree.ts";
import type { PeerId } from "../transport.ts";

/** Whether two peers are known to be unable to open a direct link. Symmetric. */
export type Blocked = (a: PeerId, b: PeerId) => boolean;

export interface Placement {
  /** In tree order; no tree edge joins a blocked pair. */
  readonly members: readonly PeerId[];
  /** Those for whom no place was found. */
  readonly removed: readonly PeerId[];
}

/** Takes a peer out; the last member moves into its place, so that at most one other peer gets other neighbours. O(n). */
export function withdraw(members: readonly PeerId[], peer: PeerId): readonly PeerId[] {
  const position = members.indexOf(peer);
  if (position < 0) return members;
  const rest = members.slice(0, -1);
  if (position < rest.length) rest[position] = members[members.length - 1]!;
  return rest;
}

/** The peers that share a tree edge with `peer`: its parent first, if it has one. Empty for a stranger. */
export function neighboursOf(members: readonly PeerId[], peer: PeerId, tree: TreeKind): readonly PeerId[] {
  const position = members.indexOf(peer);
  return position < 0 ? [] : neighbourPositions(position, members.length, tree).map((at) => members[at]!);
}

/**
 * An order in which no tree edge joins a blocked pair, reached by swapping pairs of members: each swap is the one that
 * touches the fewest edges, moves a child rather than its parent, and goes as far down the tree as it can.
 * A child that fits nowhere is taken out. Every step lowers the number of blocked edges, so it ends.
 * O(n) with nothing blocked; O(n) more for each blocked edge.
 */
export function place(members: readonly PeerId[], blocked: Blocked, tree: TreeKind): Placement {
  const order = [...members];
  const removed: PeerId[] = [];
  for (let child = 1; child < order.length; ) {
    const parent = placeOf(tree, child, order.length).parent!;
    if (!blocked(order[child]!, order[parent]!)) child += 1;
    else {
      const moved = relocate(order, child, blocked, tree) || relocate(order, parent, blocked, tree);
      if (!moved) {
        removed.push(order[child]!);
        swap(order, child, order.length - 1);
        order.pop();
      }
    }
  }
  return { members: order, removed };
}

/** Swaps the member at `from` with the one whose swap leaves both without a blocked edge, the cheapest; false if there is none. */
function relocate(order: PeerId[], from: number, blocked: Blocked, tree: TreeKind): boolean {
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let to = order.length - 1; to >= 0; to -= 1) {
    const cost = neighbourPositions(to, order.length, tree).length;
    if (to === from || cost >= bestCost) continue;
    swap(order, from, to);
    if (isFree(order, from, blocked, tree) && isFree(order, to, blocked, tree)) {
      best = to;
      bestCost = cost;
    }
    swap(order, from, to);
  }
  if (best >= 0) swap(order, from, best);
  return best >= 0;
}

function isFree(order: readonly PeerId[], position: number, blocked: Blocked, tree: TreeKind): boolean {
  return neighbourPositions(position, order.length, tree).every((at) => !blocked(order[position]!, order[at]!));
}

function neighbourPositions(position: number, count: number, tree: TreeKind): readonly number[] {
  const { parent, children } = placeOf(tree, position, count);
  return parent === null ? children : [parent, ...children];
}

function swap(order: PeerId[], a: number, b: number): void {
  const kept = order[a]!;
  order[a] = order[b]!;
  order[b] = kept;
}
