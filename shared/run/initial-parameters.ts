import type { Layout } from "../base/layout.ts";
import { seeded } from "../base/random.ts";

/**
 * The parameters every peer starts from: fill + deviation · normal for each tensor, from a stream that bears the tensor's name.
 * Additions, one multiplication and a rounding to float32, so bit-identical on every engine. O(d).
 */
export function initialParameters(layout: Layout, seed: number): Float32Array {
  const parameters = new Float32Array(layout.length);
  for (const { name, offset, size, deviation, fill = 0 } of layout.tensors) {
    parameters.fill(fill, offset, offset + size);
    if (deviation === 0) continue;
    const rng = seeded(seed, "parameters", name);
    for (let i = 0; i < size; i += 1) parameters[offset + i] = Math.fround(fill + deviation * rng.normal());
  }
  return parameters;
}
