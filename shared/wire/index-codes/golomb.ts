import { WireError } from "../../base/wire-error.ts";
import { type BitSink, type BitSource, putBits, putWideBits, windowAt } from "../bits.ts";
import { maxOctave, modulusOf } from "./golomb-parameter.ts";

/**
 * Golomb's code with parameter M (Golomb 1966; truncated binary: Gallager, van Voorhis 1975), the best prefix code for
 * geometric gaps, of a number x = qM + r:
 *
 *     q < 24:  q zeros, a one, and r in ⌊log₂ M⌋ bits if r < u = 2^(⌊log₂ M⌋+1) − M, else r + u in one bit more
 *     q ≥ 24:  24 zeros, then x itself in as many bits as the largest number takes
 *
 * The second line bounds what a gap over an empty tensor costs. M = 1 is the bitmap of the block's span.
 */
export const maxZeros = 24;

/** What a block of numbers costs in its best parameter. */
export interface GolombCost {
  readonly parameter: number;
  readonly bits: number;
}

/**
 * The cheapest parameter for numbers[0 … count), exactly: each candidate's size is computed, four candidates in one pass over
 * the numbers, and octaves are left out only where a lower bound says that none of theirs can win. Typically four passes.
 * @param wide bits of the largest number that may come
 */
export function cheapestGolomb(numbers: Int32Array, count: number, wide: number): GolombCost {
  let total = 0;
  let minZerosBelowFour = 0;
  for (let i = 0; i < count; i += 1) {
    total += numbers[i]!;
    minZerosBelowFour += Math.min(maxZeros, numbers[i]! >> 2);
  }
  // M ≈ mean · ln 2 is best for geometric numbers; in units of an octave's lowest, 4 · 2^octave.
  const guess = Math.floor((total / count) * 0.17);
  const start = guess < 1 ? 0 : Math.min(maxOctave, 31 - Math.clz32(guess));
  const costs = new Int32Array(5);
  let parameter = 0;
  let bits = Number.POSITIVE_INFINITY;
  const consider = (first: number, candidates: number): void => {
    for (let c = 0; c < candidates; c += 1) {
      if (costs[c]! >= bits) continue;
      bits = costs[c]!;
      parameter = first + c;
    }
  };
  octaveCosts(numbers, count, { octave: start, wide }, costs);
  consider(3 + 4 * start, 4);
  // A lower M never has fewer zeros, and a remainder has 2 bits at least.
  let minZeros = costs[4]!;
  for (let octave = start + 1; octave <= maxOctave && (octave + 3) * count < bits; octave += 1) {
    octaveCosts(numbers, count, { octave, wide }, costs);
    consider(3 + 4 * octave, 4);
  }
  for (let octave = start - 1; octave >= 0 && 3 * count + minZeros < bits; octave -= 1) {
    octaveCosts(numbers, count, { octave, wide }, costs);
    consider(3 + 4 * octave, 4);
    minZeros = costs[4]!;
  }
  if (count + minZerosBelowFour < bits) {
    smallCosts(numbers, count, wide, costs);
    consider(0, 3);
  }
  return { parameter, bits };
}

/**
 * The bits of all numbers by M = 4, 5, 6, 7 · 2^octave into costs[0 … 4), and the zeros of the first into costs[4].
 * With h = ⌊x / 2^octave⌋ and M = m · 2^octave: q = ⌊h / m⌋, and r takes the longer form where h − qm ≥ 8 − m,
 * that is where ⌊(h − qm + m) / 8⌋ = 1. Without branches: which form comes is a coin's toss, and a wrong guess costs more than all else.
 */
function octaveCosts(
  numbers: Int32Array,
  count: number,
  { octave, wide }: { readonly octave: number; readonly wide: number },
  costs: Int32Array,
): void {
  let four = 0;
  let five = 0;
  let six = 0;
  let seven = 0;
  let escapes = 0;
  const shortest = octave + 3;
  const escapeBits = maxZeros + wide - shortest;
  for (let i = 0; i < count; i += 1) {
    const h = numbers[i]! >> octave;
    const q4 = h >> 2;
    const q5 = (h / 5) | 0;
    const q6 = (h / 6) | 0;
    const q7 = (h / 7) | 0;
    if (q4 < maxZeros) {
      four += q4;
      five += q5 + ((h - 5 * q5 + 5) >> 3);
      six += q6 + ((h - 6 * q6 + 6) >> 3);
      seven += q7 + ((h - 7 * q7 + 7) >> 3);
    } else {
      escapes += 1;
      five += q5 >= maxZeros ? escapeBits : q5 + ((h - 5 * q5 + 5) >> 3);
      six += q6 >= maxZeros ? escapeBits : q6 + ((h - 6 * q6 + 6) >> 3);
      seven += q7 >= maxZeros ? escapeBits : q7 + ((h - 7 * q7 + 7) >> 3);
    }
  }
  costs[0] = four + escapes * escapeBits + count * shortest;
  costs[1] = five + count * shortest;
  costs[2] = six + count * shortest;
  costs[3] = seven + count * shortest;
  costs[4] = four + escapes * maxZeros;
}

/** The bits of all numbers by M = 1, 2, 3 into costs[0 … 3). */
function smallCosts(numbers: Int32Array, count: number, wide: number, costs: Int32Array): void {
  let one = 0;
  let two = 0;
  let three = 0;
  for (let i = 0; i < count; i += 1) {
    const x = numbers[i]!;
    const third = (x / 3) | 0;
    one += x < maxZeros ? x + 1 : maxZeros + wide;
    two += x >>> 1 < maxZeros ? (x >>> 1) + 2 : maxZeros + wide;
    three += third >= maxZeros ? maxZeros + wide : x - 3 * third >= 1 ? third + 3 : third + 2;
  }
  costs[0] = one;
  costs[1] = two;
  costs[2] = three;
}

/** Appends numbers[0 … count), at most 55 bits each. */
export function writeGolomb(
  sink: BitSink,
  numbers: Int32Array,
  count: number,
  code: { readonly parameter: number; readonly wide: number },
): void {
  const modulus = modulusOf(code.parameter);
  const short = 31 - Math.clz32(modulus);
  const shorter = (2 << short) - modulus;
  for (let i = 0; i < count; i += 1) {
    const number = numbers[i]!;
    const zeros = (number / modulus) | 0;
    if (zeros >= maxZeros) {
      putBits(sink, 0, maxZeros);
      putWideBits(sink, number, code.wide);
      continue;
    }
    const rest = number - zeros * modulus;
    // 1 where rest ≥ shorter; by arithmetic, for the reason above.
    const isLong = (shorter - 1 - rest) >>> 31;
    const size = short + isLong;
    // The one before the remainder, and the remainder.
    const tail = (1 << size) | (rest + (shorter & -isLong));
    if (zeros + size < 25) putBits(sink, tail, zeros + size + 1);
    else {
      putBits(sink, 0, zeros);
      putWideBits(sink, tail, size + 1);
    }
  }
}

/**
 * Reads `count` numbers; what lies beyond the end must be there as zeros, and is for the caller to notice.
 * @throws {WireError} on the form for large numbers around one that is not large
 */
export function readGolomb(
  source: BitSource,
  numbers: Int32Array,
  count: number,
  code: { readonly parameter: number; readonly wide: number },
): void {
  const modulus = modulusOf(code.parameter);
  const short = 31 - Math.clz32(modulus);
  const shorter = (2 << short) - modulus;
  const most = 2 ** code.wide - 1;
  let position = source.position;
  for (let i = 0; i < count; i += 1) {
    let window = windowAt(source, position);
    const zeros = Math.clz32(window);
    if (zeros >= maxZeros) {
      const number = code.wide === 0 ? 0 : windowAt(source, position + maxZeros) >>> (32 - code.wide);
      if (number < maxZeros * modulus)
        throw new WireError(`expected ${maxZeros} zeros before a number of at least ${maxZeros * modulus}, got ${number}`);
      numbers[i] = number;
      position += maxZeros + code.wide;
      continue;
    }
    position += zeros + 1;
    window = zeros + short < 31 ? window << (zeros + 1) : windowAt(source, position);
    // In two steps: a shift by 32 would be one by 0.
    const rest = (window >>> 1) >>> (31 - short);
    const isLong = (shorter - 1 - rest) >>> 31;
    position += short + isLong;
    const longer = (window >>> (31 - short)) - shorter;
    const number = zeros * modulus + rest + ((longer - rest) & -isLong);
    if (number > most) throw new WireError(`expected a number of at most ${most}, got ${number}`);
    numbers[i] = number;
  }
  source.position = position;
}
