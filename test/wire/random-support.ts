import { seeded } from "../../shared/base/random.ts";

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
