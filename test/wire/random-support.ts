import { seeded } from "../../shared/random.ts";

/** k of d coordinates, ascending, every subset equally likely (selection sampling, Knuth 3.4.2). O(d). */
export function uniformSupport(length: number, count: number, seed: number): Uint32Array {
  const rng = seeded(seed, "support");
  const indices = new Uint32Array(count);
  let at = 0;
  for (let i = 0; at < count; i += 1) {
    if (rng.uniform() * (length - i) >= count - at) continue;
    indices[at] = i;
    at += 1;
  }
  return indices;
}

/** log₂ C(d, k), by Stirling's series for log Γ. */
export function supportBits(length: number, count: number): number {
  return (logFactorial(length) - logFactorial(count) - logFactorial(length - count)) / Math.LN2;
}

function logFactorial(n: number): number {
  let shift = 0;
  let x = n + 1;
  for (; x < 16; x += 1) shift += Math.log(x);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + 1 / (12 * x) - 1 / (360 * x ** 3) - shift;
}
