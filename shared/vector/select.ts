import { candidatesFor, collect, keepLargest } from "./selection/candidates.ts";
import { fastestScan } from "./selection/fastest-scan.ts";
import { likelyFloor } from "./selection/sample.ts";
import { type Scan, scanLength } from "./selection/scan.ts";

/** Candidates beyond k, as a fraction of k, before the surplus is dropped; at least two scans' worth. */
const surplusShare = 0.5;

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
  const max = k + Math.max(Math.ceil(surplusShare * k), 2 * scanLength);
  const found = candidatesFor(Math.min(max, x.length) + scanLength);
  collect(bits, found, { k, max, floor: likelyFloor(bits, k), scan });
  if (found.count < k) collect(bits, found, { k, max, floor: 0, scan });
  if (found.count > k) keepLargest(found, k);
  return found.indices.slice(0, k);
}
