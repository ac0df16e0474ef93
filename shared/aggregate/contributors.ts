import { placeOf, type TreeKind } from "./tree.ts";

/** A set of positions in a roster of n: one bit each. Never changed once made. */
export interface Contributors {
  /** n: the size of the roster that the positions belong to. */
  readonly members: number;
  readonly bits: Uint32Array;
}

/** The set of the positions given. */
export function contributorsOf(members: number, positions: Iterable<number>): Contributors {
  const bits = new Uint32Array(Math.ceil(members / 32));
  for (const position of positions) {
    if (!(position >= 0 && position < members))
      throw new RangeError(`expected a position in 0 … ${members - 1}, got ${position}`);
    bits[position >> 5]! |= 1 << (position & 31);
  }
  return { members, bits };
}

export function includes(set: Contributors, position: number): boolean {
  return position >= 0 && position < set.members && ((set.bits[position >> 5]! >>> (position & 31)) & 1) === 1;
}

export function union(a: Contributors, b: Contributors): Contributors {
  return { members: a.members, bits: a.bits.map((word, i) => word | b.bits[i]!) };
}

export function disjoint(a: Contributors, b: Contributors): boolean {
  return a.bits.every((word, i) => (word & b.bits[i]!) === 0);
}

export function isSubset(a: Contributors, b: Contributors): boolean {
  return a.bits.every((word, i) => (word & ~b.bits[i]!) === 0);
}

/** How many positions are in the set. O(n/32). */
export function countOf(set: Contributors): number {
  let count = 0;
  for (let word of set.bits) {
    for (; word !== 0; word &= word - 1) count += 1;
  }
  return count;
}

/** The positions in the set, ascending. */
export function positionsOf(set: Contributors): number[] {
  const positions: number[] = [];
  for (let position = 0; position < set.members; position += 1) if (includes(set, position)) positions.push(position);
  return positions;
}

/** The lowest position in the set; −1 where it is empty. */
export function lowestOf(set: Contributors): number {
  const word = set.bits.findIndex((bits) => bits !== 0);
  return word < 0 ? -1 : word * 32 + 31 - Math.clz32(set.bits[word]! & -set.bits[word]!);
}

/** The peers at and below a position. O(size of the subtree). */
export function subtreeOf(tree: TreeKind, position: number, members: number): Contributors {
  const positions = [position];
  for (let next = 0; next < positions.length; next += 1) positions.push(...placeOf(tree, positions[next]!, members).children);
  return contributorsOf(members, positions);
}

/**
 * The set as its exceptions: the positions in which it differs from the whole subtree of `apex`. Short when nearly everyone
 * below counted, which is the rule. Applying the same exceptions again gives the set back: see `withExceptions`.
 */
export function exceptionsOf(set: Contributors, tree: TreeKind, apex: number): number[] {
  return positionsOf(symmetricDifference(set, subtreeOf(tree, apex, set.members)));
}

/** The subtree of `apex` with the membership of each exception turned over. */
export function withExceptions(members: number, tree: TreeKind, apex: number, exceptions: readonly number[]): Contributors {
  return symmetricDifference(subtreeOf(tree, apex, members), contributorsOf(members, exceptions));
}

function symmetricDifference(a: Contributors, b: Contributors): Contributors {
  return { members: a.members, bits: a.bits.map((word, i) => word ^ b.bits[i]!) };
}
