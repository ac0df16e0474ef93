/** Bits of |x| that each of three passes looks at: 31 = 11 + 10 + 10. 2,048 counters fit the first-level cache. */
const passes = [
  { shift: 20, bits: 11 },
  { shift: 10, bits: 10 },
  { shift: 0, bits: 10 },
] as const;

/** Clears the sign: |x| as an integer that grows with |x| (IEEE 754). */
const magnitudeMask = 0x7fffffff;

/**
 * The indices of the k entries of largest |xᵢ|, ascending; ties go to the lower index. Exact, O(d), by radix select on the
 * bits of |x|: three counting passes find the k-th largest magnitude, a last one collects. Finite input only: NaN would win.
 * @throws {RangeError} unless 0 ≤ k ≤ d
 */
export function selectLargest(x: Float32Array, k: number): Uint32Array {
  if (!(Number.isInteger(k) && k >= 0 && k <= x.length)) throw new RangeError(`expected k in 0 … ${x.length}, got ${k}`);
  const chosen = new Uint32Array(k);
  if (k === 0) return chosen;
  const bits = new Uint32Array(x.buffer, x.byteOffset, x.length);
  const { threshold, ties } = kthLargest(bits, k);
  let tiesLeft = ties;
  let at = 0;
  for (let i = 0; at < k; i += 1) {
    const magnitude = bits[i]! & magnitudeMask;
    if (magnitude > threshold || (magnitude === threshold && tiesLeft-- > 0)) {
      chosen[at] = i;
      at += 1;
    }
  }
  return chosen;
}

/** The k-th largest magnitude, and how many entries equal to it belong to the k largest. */
function kthLargest(bits: Uint32Array, k: number): { threshold: number; ties: number } {
  const counts = new Uint32Array(2048);
  let wanted = k;
  let prefix = 0;
  let decided = 0;
  for (const { shift, bits: width } of passes) {
    counts.fill(0);
    const mask = (1 << width) - 1;
    for (let i = 0; i < bits.length; i += 1) {
      const magnitude = bits[i]! & magnitudeMask;
      if ((magnitude & decided) === prefix) counts[(magnitude >>> shift) & mask]! += 1;
    }
    let digit = mask;
    while (counts[digit]! < wanted) {
      wanted -= counts[digit]!;
      digit -= 1;
    }
    prefix |= digit << shift;
    decided |= mask << shift;
  }
  return { threshold: prefix, ties: wanted };
}
