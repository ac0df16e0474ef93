import type { Rng } from "../../base/random.ts";
import type { Values } from "../../vector/update.ts";

/** Coarsens numbers: the values as the receiver will read them, of the same count, finite for finite ones. Does not write to `values`. */
export interface Quantizer {
  (values: Float32Array, rng: Rng): Float32Array;
  /** ω of so many values, where it is unbiased: E‖Q(v) − v‖² ≤ ω‖v‖². */
  readonly variance?: (count: number) => number;
}

/** A quantizer that is unbiased, with its ω. */
export function unbiased(quantize: Quantizer, variance: (count: number) => number): Quantizer {
  return Object.assign(quantize, { variance });
}

/** What happens to the numbers that were chosen: how they are coarsened, and in which format of the wire they then travel. */
export interface Coarsening {
  readonly quantize: Quantizer;
  /** Sums of such numbers travel so too: the merging peer keeps what the format loses. */
  readonly format: Values["format"];
}

/** Every value as it is. */
export const unquantized: Quantizer = unbiased(
  (values) => values,
  () => 0,
);

/** Coarse numbers that have no format of their own. */
export function asFloats(quantize: Quantizer): Coarsening {
  return { quantize, format: "f32" };
}

/** Values that a quantizer takes together: with more, one outlier silences too many. */
const maxBlock = 65_536;

/** The parameter that says how many values a quantizer takes together. */
export function blockParameter(help: string) {
  return { type: "integer", default: 128, min: 1, max: maxBlock, help } as const;
}
