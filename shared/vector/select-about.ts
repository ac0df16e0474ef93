import type { Rng } from "../base/random.ts";
import { selectLargest } from "./select.ts";
import { candidatesFor, collect } from "./selection/candidates.ts";
import { fastestScan } from "./selection/fastest-scan.ts";
import { sampledFloor } from "./selection/sample.ts";
import { type Scan, scanLength } from "./selection/scan.ts";

/**
 * The indices of about k entries: all those whose |xᵢ| reaches a threshold that is estimated from a sample of s entries, drawn with
 * replacement. The threshold is the ⌈e⌉-th largest of the sample, e = sk/d. The number k̂ of entries that reach it is off by more
 * than εk, 0 < ε < 1, only if the sample holds ⌈e⌉ of the (1 − ε)k largest or fewer than ⌈e⌉ of the (1 + ε)k largest. Both are
 * tails of binomials, by Chernoff's bound
 *
 *   P(|k̂ − k| > εk) ≤ exp(−ε²e/(2 − ε)) + exp(−ε²e/(2 + 2ε)).
 *
 * That holds where no two |xᵢ| are equal. In any case k/2 ≤ k̂ ≤ 2k: outside of that, and where k is most of d, the k largest are
 * selected exactly. One pass over x, no search for a k-th largest among the candidates. s = 16,384 from d = 2¹⁸ on.
 * @throws {RangeError} unless 0 ≤ k ≤ d
 */
export function selectAbout(
  x: Float32Array,
  k: number,
  { rng, scan = fastestScan() }: { readonly rng: Rng; readonly scan?: Scan },
): Uint32Array {
  if (!(Number.isInteger(k) && k >= 0 && k <= x.length)) throw new RangeError(`expected k in 0 … ${x.length}, got ${k}`);
  const bits = new Uint32Array(x.buffer, x.byteOffset, x.length);
  const floor = sampledFloor(bits, k, rng);
  if (floor === null) return selectLargest(x, k, { scan });
  const max = 2 * k;
  const found = candidatesFor(max + scanLength);
  const isWhole = collect(bits, found, { k, max, floor, scan });
  if (!isWhole || found.count > max || found.count < k / 2) return selectLargest(x, k, { scan });
  return found.indices.slice(0, found.count);
}
