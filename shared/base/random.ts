import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A source of random draws that is wholly determined by its seed; the same on every engine. */
export interface Rng {
  /** An integer uniform in 0 … 2³²−1. */
  uint32(): number;
  /** An integer uniform in 0 … below−1, without modulo bias. */
  integer(below: number): number;
  /** A multiple of 2⁻³² uniform in [0, 1). */
  uniform(): number;
  /**
   * Approximately standard normal: the sum of twelve uniforms minus six (Irwin–Hall), so that only additions are
   * needed and the draw is bit-identical everywhere. Mean 0, variance 1, support [−6, 6].
   */
  normal(): number;
  /** An independent stream for a named purpose; the same name gives the same stream. Does not advance this one. */
  fork(...purpose: readonly (string | number)[]): Rng;
}

/** The stream for `seed` and a purpose, e.g. `seeded(7, "batch", round)`. Generator: xoroshiro128+ (Blackman, Vigna 2018). */
export function seeded(seed: number, ...purpose: readonly (string | number)[]): Rng {
  const text = [seed >>> 0, ...purpose].join("\u0000");
  const generator = xoroshiro128plusFromState([1, 2, 3, 4].map((salt) => hash32(text, salt)));
  const uint32 = (): number => generator.next() >>> 0;
  return {
    uint32,
    integer: (below) => uniformInt(generator, 0, below - 1),
    uniform: () => uint32() / 2 ** 32,
    normal: () => {
      let sum = 0;
      for (let i = 0; i < 12; i += 1) sum += uint32();
      return sum / 2 ** 32 - 6;
    },
    fork: (...more) => seeded(seed, ...purpose, ...more),
  };
}

/** FNV-1a over UTF-16 units with a salted start, finished by the murmur3 mixer. */
function hash32(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1);
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** Shuffles in place, every order equally likely (Fisher–Yates). O(n). */
export function shuffle<T extends Uint32Array | unknown[]>(items: T, rng: Rng): T {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = rng.integer(i + 1);
    const kept = items[i];
    items[i] = items[j];
    items[j] = kept;
  }
  return items;
}

/**
 * `count` of the integers 0 … length−1, ascending, every subset equally likely (Floyd 1987): one draw for each, and a pass
 * over one byte an integer in place of a sort. O(length).
 */
export function sampleIndices(length: number, count: number, rng: Rng): Uint32Array {
  if (!(Number.isInteger(count) && count >= 0 && count <= length)) throw new RangeError(`expected 0 … ${length}, got ${count}`);
  const isChosen = new Uint8Array(length);
  for (let last = length - count; last < length; last += 1) {
    const drawn = rng.integer(last + 1);
    isChosen[isChosen[drawn] === 1 ? last : drawn] = 1;
  }
  const indices = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < length; i += 1) {
    if (isChosen[i] === 0) continue;
    indices[at] = i;
    at += 1;
  }
  return indices;
}
