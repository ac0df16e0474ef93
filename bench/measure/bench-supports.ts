import { seeded } from "../../shared/base/random.ts";

/**
 * Draws k of d coordinates, ascending, gap by gap: each gap is geometric with the density of the rest. Nearly uniform over the
 * subsets, in O(k); an exact draw takes O(d).
 */
export function drawSupport(length: number, count: number, seed: number): Uint32Array {
  const rng = seeded(seed, "support", length, count);
  const indices = new Uint32Array(count);
  let next = 0;
  for (let j = 0; j < count; j += 1) {
    const most = length - next - (count - j);
    const density = (count - j) / (length - next);
    const gap = density === 1 ? 0 : Math.floor(Math.log(1 - rng.uniform()) / Math.log(1 - density));
    next += Math.min(gap, most);
    indices[j] = next;
    next += 1;
  }
  return indices;
}

/** Values uniform in [−1, 1), repeated from few draws, since a hundred million are needed. Their digits are as random as those of real values. */
export function drawValues(count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  let state = seed | 1;
  for (let i = 0; i < count; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = state / 2 ** 31;
  }
  return values;
}

/** log₂ C(d, k): the least mean number of bits for an index set if all are equally likely. */
export function boundBits(length: number, count: number): number {
  return (logFactorial(length) - logFactorial(count) - logFactorial(length - count)) / Math.LN2;
}

/** log n!, by Stirling's series for log Γ. */
function logFactorial(n: number): number {
  let shift = 0;
  let x = n + 1;
  for (; x < 16; x += 1) shift += Math.log(x);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + 1 / (12 * x) - 1 / (360 * x ** 3) - shift;
}

/**
 * Bits of the support under an ideal adaptive arithmetic coder, coordinate by coordinate: at each step the estimated density moves
 * by 2^−rate of the way to what was seen. Of all rates the best one, known only in hindsight.
 */
export function adaptiveBits(length: number, indices: Uint32Array): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (let rate = 4; rate <= 14; rate += 1) {
    const step = 2 ** -rate;
    let density = indices.length / length;
    let bits = 0;
    let at = 0;
    for (let i = 0; i < length; i += 1) {
      const isChosen = indices[at] === i;
      // Bounded, so that an unlikely coordinate costs at most 14 bits.
      const chance = Math.min(0.999, Math.max(2 ** -14, density));
      bits -= Math.log2(isChosen ? chance : 1 - chance);
      density += ((isChosen ? 1 : 0) - density) * step;
      if (isChosen) at += 1;
    }
    fewest = Math.min(fewest, bits);
  }
  return fewest;
}
