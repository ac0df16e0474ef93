import { type TopologyName, topologyOf } from "./topologies.ts";

/** A set of positions in a roster of n: one bit each. Never changed once made. */
export interface Contributors {
  /** n: the size of the roster that the positions belong to. */
  readonly members: number;
  readonly bits: Uint32Array;
}

/** The set of the positions given. @throws {RangeError} if one is outside the roster */
export function contributorsOf(members: number, positions: Iterable<number>): Contributors {
  const bits = new Uint32Array(Math.ceil(members / 32));
  for (const position of positions) {
    check(position, members);
    bits[position >> 5]! |= 1 << (position & 31);
  }
  return { members, bits };
}

export function includes(set: Contributors, position: number): boolean {
  return position >= 0 && position < set.members && ((set.bits[position >> 5]! >>> (position & 31)) & 1) === 1;
}

export function union(a: Contributors, b: Contributors): Contributors {
  const bits = a.bits.slice();
  for (let i = 0; i < bits.length; i += 1) bits[i]! |= b.bits[i]!;
  return { members: a.members, bits };
}

export function disjoint(a: Contributors, b: Contributors): boolean {
  for (let i = 0; i < a.bits.length; i += 1) if ((a.bits[i]! & b.bits[i]!) !== 0) return false;
  return true;
}

export function isSubset(a: Contributors, b: Contributors): boolean {
  for (let i = 0; i < a.bits.length; i += 1) if ((a.bits[i]! & ~b.bits[i]!) !== 0) return false;
  return true;
}

/** How many positions are in the set. O(n/32). */
export function countOf({ bits }: Contributors): number {
  let count = 0;
  for (let i = 0; i < bits.length; i += 1) {
    const pairs = bits[i]! - ((bits[i]! >>> 1) & 0x55555555);
    const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
    count += Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** The positions in the set, ascending. O(n/32) and one for each of them. */
export function positionsOf({ bits }: Contributors): number[] {
  const positions: number[] = [];
  for (let i = 0; i < bits.length; i += 1) {
    for (let word = bits[i]!; word !== 0; word &= word - 1) positions.push(i * 32 + 31 - Math.clz32(word & -word));
  }
  return positions;
}

/** The lowest position in the set; −1 where it is empty. */
export function lowestOf(set: Contributors): number {
  const word = set.bits.findIndex((bits) => bits !== 0);
  return word < 0 ? -1 : word * 32 + 31 - Math.clz32(set.bits[word]! & -set.bits[word]!);
}

/**
 * The peers at and below a position. O(n/32): a subtree is a few ranges of positions.
 * @throws {RangeError} if the position is outside the roster
 */
export function subtreeOf(tree: TopologyName, position: number, members: number): Contributors {
  check(position, members);
  const bits = new Uint32Array(Math.ceil(members / 32));
  for (const { start, end } of topologyOf(tree).subtreeOf(position, members)) fill(bits, start, end);
  return { members, bits };
}

/** Sets the bits from `start` to before `end`. */
function fill(bits: Uint32Array, start: number, end: number): void {
  const first = start >> 5;
  const last = (end - 1) >> 5;
  const head = -1 << (start & 31);
  const tail = -1 >>> (31 - ((end - 1) & 31));
  if (first === last) bits[first]! |= head & tail;
  else {
    bits[first]! |= head;
    bits.fill(0xffffffff, first + 1, last);
    bits[last]! |= tail;
  }
}

/**
 * The set as its exceptions: the positions in which it differs from the whole subtree of `apex`. Short when nearly everyone
 * below counted, which is the rule. Applying the same exceptions again gives the set back: see `withExceptions`.
 */
export function exceptionsOf(set: Contributors, tree: TopologyName, apex: number): number[] {
  return positionsOf(symmetricDifference(set, subtreeOf(tree, apex, set.members)));
}

/** The subtree of `apex` with the membership of each exception turned over. */
export function withExceptions(members: number, tree: TopologyName, apex: number, exceptions: readonly number[]): Contributors {
  return symmetricDifference(subtreeOf(tree, apex, members), contributorsOf(members, exceptions));
}

function symmetricDifference(a: Contributors, b: Contributors): Contributors {
  const bits = a.bits.slice();
  for (let i = 0; i < bits.length; i += 1) bits[i]! ^= b.bits[i]!;
  return { members: a.members, bits };
}

function check(position: number, members: number): void {
  if (!(position >= 0 && position < members)) throw new RangeError(`expected a position in 0 … ${members - 1}, got ${position}`);
}
