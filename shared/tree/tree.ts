import { type TopologyName, topologyOf } from "./topologies.ts";

/** A peer's neighbors in the tree, as positions in the roster. Children are in ascending order: the order of every fold. */
export interface Place {
  /** null at the root. */
  readonly parent: number | null;
  readonly children: readonly number[];
}

/**
 * Where a position stands in the tree over positions 0 … count−1, the root being 0. O(children).
 * @throws {RangeError} unless 0 ≤ position < count
 */
export function placeOf(tree: TopologyName, position: number, count: number): Place {
  if (!(position >= 0 && position < count)) throw new RangeError(`expected a position in 0 … ${count - 1}, got ${position}`);
  const { parentOf, childrenOf } = topologyOf(tree);
  return { parent: position === 0 ? null : parentOf(position), children: childrenOf(position, count) };
}

/** A position and all above it, the root last. O(depth). */
export function pathOf(tree: TopologyName, position: number): number[] {
  const { parentOf } = topologyOf(tree);
  const path = [position];
  for (let at = position; at !== 0; path.push(at)) at = parentOf(at);
  return path;
}

/** Links between a position and the root. O(depth). */
export function depthOf(tree: TopologyName, position: number): number {
  return pathOf(tree, position).length - 1;
}

/** Links between the root and the deepest position; 0 for an empty roster. */
export function heightOf(tree: TopologyName, count: number): number {
  return count < 1 ? 0 : topologyOf(tree).heightOf(count);
}
