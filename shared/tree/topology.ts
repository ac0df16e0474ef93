/** Positions from `start` to before `end`. */
export interface PositionRange {
  readonly start: number;
  readonly end: number;
}

/**
 * How the positions 0 … count−1 of a roster form a tree whose root is 0: one row of `topologies`, from which paths, depths, sets of
 * contributors and backup links are derived. Positions that are given are in range.
 */
export interface Topology {
  readonly name: string;
  /** What sets it apart, for people: a few plain words. */
  readonly summary: string;
  /**
   * The parent of a position ≥ 1: a lower position, whatever the roster's size. So every position reaches the root, and a join
   * appends a leaf and moves nobody. O(1).
   */
  parentOf(position: number): number;
  /** The positions whose parent this is, ascending. O(children). */
  childrenOf(position: number, count: number): readonly number[];
  /** The positions at and below one: ranges that are not empty, ascending and apart. O(ranges). */
  subtreeOf(position: number, count: number): readonly PositionRange[];
  /** Links between the root and the deepest position. O(log count). */
  heightOf(count: number): number;
  /**
   * The position that takes in one whose parent is lost: i − 1, or the one before the parent's (i − 1 if the parent is the root).
   * `before-self` costs a peer fewer links; it serves where i − 1 is neither the parent nor cut off by the same loss.
   */
  readonly reparentsTo: "before-self" | "before-parent";
}
