import { seeded } from "../../base/random.ts";
import { formatted } from "../../vector/formats/formatted.ts";
import { saturate } from "../../vector/saturate.ts";
import { selectLargest } from "../../vector/select.ts";
import { indicesOf, prefixUpdate, type Update } from "../../vector/update.ts";
import { chosenInBlocks } from "../sparsifiers/blocks.ts";
import type { SupportBounds, SupportSearch } from "./support-search.ts";

/** Rows of the sketch. */
const rows = 3;
/** Columns of a row for each coordinate of the support. */
const columnsPerEntry = 4;
/** The format of sketches and of their sums: they only rank, and a number takes a byte. */
const format = "block8";

/**
 * The support is that of the largest entries of a count sketch (Charikar, Chen, Farach-Colton 2002) of the sum, as in FetchSGD (Rothchild
 * et al. 2020): row r of a peer's sketch has Σ_i s_r(i)·x_i over the coordinates i with h_r(i) = c in column c, so that s_r(i) times that
 * number estimates x_i. Of the three estimates the one nearest to 0 is taken, and 0 where their signs differ: that finds more of the
 * energy of the k largest than their median. Signs and columns are drawn by the round, alike on all peers. Linear, so that no peer need
 * know which coordinates are large; no index travels. O(d) time, 12k numbers of a byte each way.
 */
export const countSketch: SupportSearch = {
  phase: (bounds) => ({ merge: { kind: "exact", format }, length: rows * mostColumns(bounds) }),
  summand: (searcher, bounds) => {
    const sketch = sketchOf(searcher.vector(), bounds);
    return { ...prefixUpdate(rows * mostColumns(bounds), sketch), values: formatted(sketch, format) };
  },
  support(total, bounds) {
    const estimates = estimatesOf(total, bounds);
    return chosenInBlocks(bounds.blocks, (begin, end, keep) => {
      const part = estimates.subarray(begin, end);
      return selectLargest(part, keep).filter((i) => part[i] !== 0);
    });
  },
};

/** Columns of a row in any round: enough that the sketch has as many numbers as the vector. */
function mostColumns({ length }: SupportBounds): number {
  return Math.ceil(length / rows);
}

function columnsOf(bounds: SupportBounds): number {
  const entries = bounds.blocks.reduce((sum, { keep }) => sum + keep, 0);
  return Math.min(columnsPerEntry * entries, mostColumns(bounds));
}

/** One word a row, of which the hashes of a round's coordinates are made. */
function saltsOf({ round }: SupportBounds): readonly [number, number, number] {
  const rng = seeded(round, "count-sketch");
  return [rng.uint32(), rng.uint32(), rng.uint32()];
}

/** 32 bits of a coordinate: the highest its sign, the others its column. The mixer of murmur3. */
function hashOf(coordinate: number, salt: number): number {
  let h = Math.imul(coordinate ^ salt, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** ⌊columns · h / 2³¹⌋ of the lower 31 bits. */
function columnOf(hash: number, columns: number): number {
  return Math.floor(((hash & 0x7fffffff) * columns) / 2 ** 31);
}

function sketchOf(x: Float32Array, bounds: SupportBounds): Float32Array {
  const columns = columnsOf(bounds);
  const sketch = new Float32Array(rows * columns);
  for (const [row, salt] of saltsOf(bounds).entries()) {
    for (let i = 0; i < x.length; i += 1) {
      const hash = hashOf(i, salt);
      const at = row * columns + columnOf(hash, columns);
      sketch[at] = saturate(hash < 0 ? sketch[at]! - x[i]! : sketch[at]! + x[i]!);
    }
  }
  return sketch;
}

/** The estimate of each of the d coordinates. */
function estimatesOf(total: Update, bounds: SupportBounds): Float32Array {
  const columns = columnsOf(bounds);
  const data = firstOf(total, rows * columns);
  const [s0, s1, s2] = saltsOf(bounds);
  const estimateBy = (i: number, salt: number, row: number): number => {
    const hash = hashOf(i, salt);
    const value = data[row * columns + columnOf(hash, columns)]!;
    return hash < 0 ? -value : value;
  };
  const estimates = new Float32Array(bounds.length);
  for (let i = 0; i < estimates.length; i += 1)
    estimates[i] = nearestToZero(estimateBy(i, s0, 0), estimateBy(i, s1, 1), estimateBy(i, s2, 2));
  return estimates;
}

/** The smallest magnitude of three numbers of one sign, else 0. */
function nearestToZero(a: number, b: number, c: number): number {
  if (a > 0 && b > 0 && c > 0) return Math.min(a, b, c);
  return a < 0 && b < 0 && c < 0 ? Math.max(a, b, c) : 0;
}

/** The first `count` numbers of an update. */
function firstOf(update: Update, count: number): Float32Array {
  const numbers = new Float32Array(count);
  const indices = indicesOf(update);
  for (const [j, value] of update.values.data.entries()) {
    const at = indices === null ? j : indices[j]!;
    if (at < count) numbers[at] = value;
  }
  return numbers;
}
