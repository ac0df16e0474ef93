import type { Rng } from "../../base/random.ts";
import { kthLargest } from "./kth-largest.ts";
import { magnitudeMask } from "./scan.ts";

/** Most entries of a sample: 64 KiB of magnitudes, few beside the d that a scan reads. */
const maxSampled = 16_384;
const sample = new Uint32Array(maxSampled);

/**
 * A magnitude that very likely at least k entries reach, and not many more: the r-th largest of a sample of s, with r = e + 4 √e + 4,
 * where e = sk/d is the mean number of the k largest in a random sample. For a random x fewer than k reach it once in 10,000 times.
 * 0, which all reach, if the sample is too small for that.
 */
export function likelyFloor(bits: Uint32Array, k: number): number {
  const size = sampleSize(bits.length);
  const expected = (size * k) / bits.length;
  const rank = Math.ceil(expected + 4 * Math.sqrt(expected) + 4);
  if (rank > size) return 0;
  sampleMagnitudes(bits, sample.subarray(0, size));
  return kthLargest(sample, size, rank).value;
}

/** Size of the sample of `length` entries. */
export function sampleSize(length: number): number {
  return Math.min(maxSampled, length >>> 4);
}

/**
 * A magnitude that about k entries reach: the ⌈sk/d⌉-th largest of a sample of s that `rng` draws with replacement. Null if k is 0
 * or d is below 16.
 */
export function sampledFloor(bits: Uint32Array, k: number, rng: Rng): number | null {
  const size = sampleSize(bits.length);
  const rank = Math.ceil((size * k) / bits.length);
  if (rank === 0 || size === 0) return null;
  for (let j = 0; j < size; j += 1) sample[j] = bits[rng.integer(bits.length)]! & magnitudeMask;
  return kthLargest(sample, size, rank).value;
}

/**
 * Fills `into` with magnitudes from places that are always the same for the same lengths, drawn with replacement by a linear
 * congruence (the constants are those of Numerical Recipes): a stride would fall in step with the layers of a model.
 */
export function sampleMagnitudes(bits: Uint32Array, into: Uint32Array): void {
  const scale = bits.length / 2 ** 32;
  let state = 1;
  for (let j = 0; j < into.length; j += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    into[j] = bits[Math.floor(state * scale)]! & magnitudeMask;
  }
}
