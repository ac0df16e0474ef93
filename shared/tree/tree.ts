export const treeKinds = ["heap", "binomial"] as const;
export type TreeKind = (typeof treeKinds)[number];

/** A peer's neighbors in the tree, as positions in the roster. Children are in ascending order: the order of every fold. */
export interface Place {
  /** null at the root. */
  readonly parent: number | null;
  readonly children: readonly number[];
}

/**
 * Where a position stands in a tree over positions 0 … count−1, the root being 0.
 *
 * `heap`: arity 2, parent ⌊(i−1)/2⌋; at most 3 links a peer, height ⌊log₂P⌋. A join appends a leaf.
 * `binomial`: parent i with its lowest set bit cleared; the tree of gTop-k (Shi et al. 2019, Fig. 4), ⌈log₂P⌉ links at the root.
 * @throws {RangeError} unless 0 ≤ position < count
 */
export function placeOf(kind: TreeKind, position: number, count: number): Place {
  if (!(position >= 0 && position < count)) throw new RangeError(`expected a position in 0 … ${count - 1}, got ${position}`);
  return kind === "heap" ? heapPlace(position, count) : binomialPlace(position, count);
}

function heapPlace(position: number, count: number): Place {
  const parent = position === 0 ? null : (position - 1) >> 1;
  return { parent, children: [2 * position + 1, 2 * position + 2].filter((child) => child < count) };
}

function binomialPlace(position: number, count: number): Place {
  const children: number[] = [];
  for (let bit = 1; (position & bit) === 0 && position + bit < count; bit <<= 1) children.push(position + bit);
  return { parent: position === 0 ? null : position & (position - 1), children };
}

/** A position and all above it, the root last. */
export function pathOf(kind: TreeKind, position: number): number[] {
  const path = [position];
  for (let at = position; at !== 0; path.push(at)) at = kind === "heap" ? (at - 1) >> 1 : at & (at - 1);
  return path;
}

/** Links between a position and the root. */
export function depthOf(kind: TreeKind, position: number): number {
  return pathOf(kind, position).length - 1;
}

/** The longest way from a leaf to the root. O(count) for the binomial tree, O(log count) for the heap. */
export function heightOf(kind: TreeKind, count: number): number {
  if (kind === "heap") return count <= 1 ? 0 : depthOf("heap", count - 1);
  let height = 0;
  for (let position = 1; position < count; position += 1) height = Math.max(height, depthOf("binomial", position));
  return height;
}
