import { fastestScan } from "./selection/fastest-scan.ts";
import { kthLargest } from "./selection/kth-largest.ts";
import { likelyFloor } from "./selection/sample.ts";
import { type Scan, scanLength } from "./selection/scan.ts";

/** Entries that may be among the largest, in ascending order of their indices. The first `count` places are in use. */
interface Candidates {
  readonly indices: Uint32Array;
  readonly magnitudes: Uint32Array;
  count: number;
}

/** Candidates beyond k before the surplus is thrown out: this share of k, at least two scans'. */
const surplusShare = 0.5;

/** The room for candidates is kept from call to call, up to this many (32 MiB): a fresh one costs more in page faults than the scan. */
const mostKept = 2 ** 22;
let kept: Candidates = roomFor(0);

/**
 * The indices of the k entries of largest |xᵢ|, ascending; ties go to the lower index. Exact, O(d), in one pass over x.
 *
 * A sample gives a floor that is very likely just below the k-th largest magnitude. A scan collects the entries that reach
 * it; whenever there are about 1.5 k of them, all but the k largest are dropped and the floor rises to what a later entry
 * needs. If the sample misled and fewer than k reach its floor, a second pass starts from 0. Finite input only: NaN would win.
 * @throws {RangeError} unless 0 ≤ k ≤ d
 */
export function selectLargest(x: Float32Array, k: number, { scan = fastestScan() }: { readonly scan?: Scan } = {}): Uint32Array {
  if (!(Number.isInteger(k) && k >= 0 && k <= x.length)) throw new RangeError(`expected k in 0 … ${x.length}, got ${k}`);
  if (k === 0) return new Uint32Array(0);
  const bits = new Uint32Array(x.buffer, x.byteOffset, x.length);
  const most = k + Math.max(Math.ceil(surplusShare * k), 2 * scanLength);
  const found = candidatesFor(Math.min(most, x.length) + scanLength);
  collect(bits, found, { k, most, floor: likelyFloor(bits, k), scan });
  if (found.count < k) collect(bits, found, { k, most, floor: 0, scan });
  if (found.count > k) keepLargest(found, k);
  return found.indices.slice(0, k);
}

interface Pass {
  readonly k: number;
  /** With more candidates than this the surplus is dropped. */
  readonly most: number;
  readonly floor: number;
  readonly scan: Scan;
}

/** The entries that reach the floor, the k largest among them where there are as many. */
function collect(bits: Uint32Array, found: Candidates, { k, most, floor, scan }: Pass): void {
  let least = floor;
  found.count = 0;
  for (let from = 0; from < bits.length; from += scanLength) {
    if (found.count > most) least = keepLargest(found, k) + 1;
    const hits = scan.run(bits, from, Math.min(bits.length, from + scanLength), least);
    found.indices.set(scan.indices.subarray(0, hits), found.count);
    found.magnitudes.set(scan.magnitudes.subarray(0, hits), found.count);
    found.count += hits;
  }
}

/** Drops all but the k largest, of ties those of the lowest indices; returns the least magnitude that is left. */
function keepLargest(found: Candidates, k: number): number {
  const { indices, magnitudes, count } = found;
  const { value, ties } = kthLargest(magnitudes, count, k);
  let tiesLeft = ties;
  let at = 0;
  for (let j = 0; at < k; j += 1) {
    const magnitude = magnitudes[j]!;
    indices[at] = indices[j]!;
    magnitudes[at] = magnitude;
    if (magnitude > value || (magnitude === value && tiesLeft-- > 0)) at += 1;
  }
  found.count = k;
  return value;
}

function candidatesFor(capacity: number): Candidates {
  const found = capacity <= kept.indices.length ? kept : roomFor(capacity);
  if (capacity <= mostKept) kept = found;
  return found;
}

function roomFor(capacity: number): Candidates {
  return { indices: new Uint32Array(capacity), magnitudes: new Uint32Array(capacity), count: 0 };
}
