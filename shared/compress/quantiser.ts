import type { Rng } from "../random.ts";
import type { Arguments } from "./arguments.ts";

/** Coarsens numbers: the values as the receiver will read them, of the same count, finite for finite ones. Does not write to `values`. */
export type Quantiser = (values: Float32Array, rng: Rng) => Float32Array;

/** Every value as it is. */
export const unquantised: Quantiser = (values) => values;

/** Values that a quantiser takes together: with more, one outlier silences too many. */
const mostBlock = 65_536;

/** How many values a quantiser takes together: the argument of that name. */
export function blockIn(given: Arguments, name: string): number {
  return given.integer(name, { fallback: 128, min: 1, max: mostBlock });
}
