import type { Rng } from "../../base/random.ts";
import type { Values } from "../../vector/update.ts";

/** Coarsens numbers: the values as the receiver will read them, of the same count, finite for finite ones. Does not write to `values`. */
export interface Quantizer {
  (values: Float32Array, rng: Rng): Float32Array;
  /** ω for `count` values if Q is unbiased: E‖Q(v) − v‖² ≤ ω‖v‖². */
  readonly variance?: (count: number) => number;
}

/** A quantizer that is unbiased, with its ω. */
export function unbiased(quantize: Quantizer, variance: (count: number) => number): Quantizer {
  return Object.assign(quantize, { variance });
}

/** The quantizer of the chosen numbers, and the format in which they then travel. */
export interface Coarsening {
  readonly quantize: Quantizer;
  /** Format of the numbers and of their sums; the merging peer keeps what the format loses. */
  readonly format: Values["format"];
}

/** The identity. */
export const unquantized: Quantizer = unbiased(
  (values) => values,
  () => 0,
);

/** The coarsening of a quantizer without a format of its own: its numbers travel as float32. */
export function asFloats(quantize: Quantizer): Coarsening {
  return { quantize, format: "f32" };
}

/** Most values that share a scale: in a larger block one outlier rounds too many others to zero. */
const maxBlock = 65_536;

/** The parameter for the number of values that share a scale. */
export function blockParameter(help: string) {
  return { type: "integer", default: 128, min: 1, max: maxBlock, help } as const;
}
