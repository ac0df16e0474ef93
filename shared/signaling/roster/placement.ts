import type { PeerId } from "../../base/transport.ts";
import type { TopologyName } from "../../tree/topologies.ts";
import { placeOf } from "../../tree/tree.ts";

/** What a place depends on. */
export interface Conditions {
  /** Whether two peers are known to be unable to open a direct link. Symmetric. */
  blocked(a: PeerId, b: PeerId): boolean;
  /** Whether a peer may be moved to the root. */
  mayLead(peer: PeerId): boolean;
}

export interface PlacedMembers {
  /** In tree order; no tree edge joins a blocked pair. */
  readonly members: readonly PeerId[];
  /** Those for whom no place was found. */
  readonly removed: readonly PeerId[];
}

/** Takes a peer out; the last member moves into its place, so that at most one other peer gets other neighbors. O(n). */
export function withdraw(members: readonly PeerId[], peer: PeerId): readonly PeerId[] {
  const position = members.indexOf(peer);
  if (position < 0) return members;
  const rest = members.slice(0, -1);
  if (position < rest.length) rest[position] = members[members.length - 1]!;
  return rest;
}

/** The peers that share a tree edge with `peer`: its parent first, if it has one. Empty for a stranger. */
export function neighborsOf(members: readonly PeerId[], peer: PeerId, tree: TopologyName): readonly PeerId[] {
  const position = members.indexOf(peer);
  return position < 0 ? [] : neighborPositions(position, members.length, tree).map((at) => members[at]!);
}

/**
 * An order in which no tree edge joins a blocked pair, reached by swapping pairs of members. Of the two at a blocked edge the one
 * that has more of them is moved; if both have as many, the one whose swap is the better, the child rather than its parent. A
 * swap is better the fewer blocked edges it leaves, then the fewer edges it touches, then the further down the tree it goes.
 * Where no swap leaves fewer of them, that one is taken out. Every step lowers the number of blocked edges or of members, so it
 * ends. O(n) with nothing blocked; O(n) more for each blocked edge.
 */
export function place(members: readonly PeerId[], conditions: Conditions, tree: TopologyName): PlacedMembers {
  const { blocked, mayLead } = conditions;
  const order = [...members];
  const removed: PeerId[] = [];
  for (let child = 1; child < order.length; ) {
    const parent = placeOf(tree, child, order.length).parent!;
    if (!blocked(order[child]!, order[parent]!)) {
      child += 1;
      continue;
    }
    const more = blockedEdges(order, parent, blocked, tree) - blockedEdges(order, child, blocked, tree);
    const [worse, other] = more > 0 ? [parent, child] : [child, parent];
    const first = bestSwap(order, worse, conditions, tree);
    const second = first !== null && more !== 0 ? null : bestSwap(order, other, conditions, tree);
    const chosen = first !== null && (second === null || compareSwaps(first, second) <= 0) ? first : second;
    if (chosen === null) removed.push(takeOut(order, worse, mayLead) ?? takeOut(order, other, mayLead)!);
    else swap(order, chosen.from, chosen.to);
    // Who came to these places has other neighbors, above them too.
    child = 1;
  }
  return { members: order, removed };
}

/** Takes the member at a position out. The last takes its place; that of the root the last that may lead: null if there is none. */
function takeOut(order: PeerId[], position: number, mayLead: Conditions["mayLead"]): PeerId | null {
  const gone = order[position]!;
  const substitute = position === 0 ? order.findLastIndex((peer, at) => at > 0 && mayLead(peer)) : position;
  if (substitute < 0) return null;
  order[position] = order[substitute]!;
  order[substitute] = order.at(-1)!;
  order.pop();
  return gone;
}

interface Swap {
  readonly from: number;
  readonly to: number;
  /** Blocked edges of the two afterwards. */
  readonly left: number;
  /** Edges at `to`. */
  readonly touched: number;
}

const compareSwaps = (a: Swap, b: Swap): number => a.left - b.left || a.touched - b.touched;

/** The best swap of the member at `from` that leaves the two fewer blocked edges than they have; null if there is none. */
function bestSwap(order: PeerId[], from: number, { blocked, mayLead }: Conditions, tree: TopologyName): Swap | null {
  const edgesAt = (to: number): number => blockedEdges(order, from, blocked, tree) + blockedEdges(order, to, blocked, tree);
  let best: Swap | null = null;
  for (let to = order.length - 1; to >= 0; to -= 1) {
    const touched = neighborPositions(to, order.length, tree).length;
    if (to === from || (best?.left === 0 && touched >= best.touched)) continue;
    if ((to === 0 && !mayLead(order[from]!)) || (from === 0 && !mayLead(order[to]!))) continue;
    const before = edgesAt(to);
    swap(order, from, to);
    const left = edgesAt(to);
    swap(order, from, to);
    const found = { from, to, left, touched };
    if (left < before && (best === null || compareSwaps(found, best) < 0)) best = found;
  }
  return best;
}

function blockedEdges(order: readonly PeerId[], position: number, blocked: Conditions["blocked"], tree: TopologyName): number {
  return neighborPositions(position, order.length, tree).filter((at) => blocked(order[position]!, order[at]!)).length;
}

function neighborPositions(position: number, count: number, tree: TopologyName): readonly number[] {
  const { parent, children } = placeOf(tree, position, count);
  return parent === null ? children : [parent, ...children];
}

function swap(order: PeerId[], a: number, b: number): void {
  const kept = order[a]!;
  order[a] = order[b]!;
  order[b] = kept;
}
