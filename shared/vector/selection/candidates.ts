import { kthLargest } from "./kth-largest.ts";
import { type Scan, scanLength } from "./scan.ts";

/** Entries that may be among the largest, in ascending order of their indices. The first `count` places are in use. */
export interface Candidates {
  readonly indices: Uint32Array;
  readonly magnitudes: Uint32Array;
  count: number;
}

/** Most candidates for which arrays are kept from call to call (32 MiB): fresh arrays cost more in page faults than the scan. */
const maxKept = 2 ** 22;
let kept: Candidates = roomFor(0);

export interface Pass {
  readonly k: number;
  /** Number of candidates, at least k, beyond which the surplus is dropped. */
  readonly max: number;
  readonly floor: number;
  readonly scan: Scan;
}

/**
 * Scans all of x for the entries that reach the floor, dropping surplus on the way; the k largest of x are among what is found
 * if as many reach the floor. Returns whether nothing was dropped. O(d).
 */
export function collect(bits: Uint32Array, found: Candidates, { k, max, floor, scan }: Pass): boolean {
  let least = floor;
  found.count = 0;
  for (let from = 0; from < bits.length; from += scanLength) {
    if (found.count > max) least = keepLargest(found, k) + 1;
    const hits = scan.run(bits, from, Math.min(bits.length, from + scanLength), least);
    found.indices.set(scan.indices.subarray(0, hits), found.count);
    found.magnitudes.set(scan.magnitudes.subarray(0, hits), found.count);
    found.count += hits;
  }
  return least === floor;
}

/** Drops all but the k largest; of equal ones the lowest indices stay. @returns the least magnitude that is left */
export function keepLargest(found: Candidates, k: number): number {
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

/** Arrays for `capacity` candidates, valid until the next call. */
export function candidatesFor(capacity: number): Candidates {
  const found = capacity <= kept.indices.length ? kept : roomFor(capacity);
  if (capacity <= maxKept) kept = found;
  return found;
}

function roomFor(capacity: number): Candidates {
  return { indices: new Uint32Array(capacity), magnitudes: new Uint32Array(capacity), count: 0 };
}
