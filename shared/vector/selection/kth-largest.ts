/** Counters of one pass: 8 KiB, a quarter of the first-level cache. */
const buckets = 2048;
const counts = new Uint32Array(buckets);

/**
 * The k-th largest of the first `count` values, integers below 2³¹, and how many of those equal to it belong to the k largest.
 * Radix select: each pass counts the values of a range in 2,048 buckets and goes on with the bucket that has the k-th. The first
 * range is that of the values themselves, so that values which lie close together are told apart as well. At most three
 * passes; O(count).
 */
export function kthLargest(values: Uint32Array, count: number, k: number): { readonly value: number; readonly ties: number } {
  let low = 0x7fffffff;
  let high = 0;
  for (let j = 0; j < count; j += 1) {
    const value = values[j]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  let wanted = k;
  while (low < high) {
    // Buckets of 2^shift values: as many as cover low … high.
    const shift = Math.max(0, 21 - Math.clz32(high - low));
    const span = high - low;
    counts.fill(0);
    for (let j = 0; j < count; j += 1) {
      const above = (values[j]! - low) >>> 0;
      if (above <= span) counts[above >>> shift]! += 1;
    }
    let bucket = span >>> shift;
    while (counts[bucket]! < wanted) {
      wanted -= counts[bucket]!;
      bucket -= 1;
    }
    low += bucket * 2 ** shift;
    high = Math.min(high, low + 2 ** shift - 1);
  }
  return { value: low, ties: wanted };
}
