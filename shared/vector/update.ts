import { sampleIndices, seeded } from "../base/random.ts";

/** Plain data that a method keeps between rounds; checkpoints, snapshots, hashes and aborts handle it for all methods. */
export type State = { readonly [slot: string]: number | Float32Array };

/**
 * The numbers of an update, and the format in which they travel. `data`: the float32 numbers that arrive; `packed`: their bytes,
 * so that an update is sent on without being packed again.
 */
export type Values =
  | { readonly format: "f32"; readonly data: Float32Array }
  | {
      readonly format: "f16" | "bf16" | "block8" | "block4" | "two-level";
      readonly data: Float32Array;
      readonly packed: Uint8Array;
    };

/**
 * Which coordinates the numbers belong to.
 *
 * | kind | coordinates | travels |
 * |---|---|---|
 * | `all` | every one | values |
 * | `indices` | those, ascending strictly | indices, values |
 * | `seeded` | `count`, drawn alike by all who know the seed (a uint32) | values |
 * | `prefix` | the first `count` | values |
 * | `places` | those, ascending strictly; each value is 1 | indices |
 */
export type Support =
  | { readonly kind: "all" }
  | { readonly kind: "indices"; readonly indices: Uint32Array }
  | { readonly kind: "seeded"; readonly seed: number; readonly count: number }
  | { readonly kind: "prefix"; readonly count: number }
  | { readonly kind: "places"; readonly indices: Uint32Array };

/** One summand of a tree sum: a vector of `length` floats, zero outside its support. Never changed once made. */
export interface Update {
  readonly kind: "column";
  readonly length: number;
  readonly support: Support;
  readonly values: Values;
}

/** Every coordinate is present; keeps `data`, does not copy it. */
export function denseUpdate(data: Float32Array): Update {
  return { kind: "column", length: data.length, support: { kind: "all" }, values: { format: "f32", data } };
}

/** Only `indices` (strictly ascending, below `length`) are present; keeps both arrays. */
export function sparseUpdate(length: number, indices: Uint32Array, data: Float32Array): Update {
  if (indices.length !== data.length)
    throw new RangeError(`expected ${indices.length} values for as many indices, got ${data.length}`);
  return { kind: "column", length, support: { kind: "indices", indices }, values: { format: "f32", data } };
}

/** The coordinates that (seed, data.length) names; keeps `data`. */
export function seededUpdate(length: number, seed: number, data: Float32Array): Update {
  const support: Support = { kind: "seeded", seed, count: data.length };
  return { kind: "column", length, support, values: { format: "f32", data } };
}

/** The first `data.length` coordinates; keeps `data`. */
export function prefixUpdate(length: number, data: Float32Array): Update {
  return { kind: "column", length, support: { kind: "prefix", count: data.length }, values: { format: "f32", data } };
}

/** 1 at each of `indices` (strictly ascending, below `length`); keeps them. */
export function placesUpdate(length: number, indices: Uint32Array): Update {
  const data = new Float32Array(indices.length).fill(1);
  return { kind: "column", length, support: { kind: "places", indices }, values: { format: "f32", data } };
}

/** The coordinates of the values, ascending; null where every coordinate is present. O(1), but O(k) for a prefix and O(d) for a seeded support. */
export function indicesOf({ support, length }: Pick<Update, "support" | "length">): Uint32Array | null {
  switch (support.kind) {
    case "all":
      return null;
    case "indices":
    case "places":
      return support.indices;
    case "prefix":
      return Uint32Array.from({ length: support.count }, (_, i) => i);
    case "seeded":
      return sampleIndices(length, support.count, seeded(support.seed, "support", support.count));
  }
}

/** The zero vector of d = `length`. */
export function zeroUpdate(length: number): Update {
  return sparseUpdate(length, new Uint32Array(0), new Float32Array(0));
}

/** How many coordinates travel: k, or d for a dense update. */
export function entryCount(update: Update): number {
  return update.values.data.length;
}

/** target ← target + scale · update, in float32. O(k); O(d) for a seeded support. */
export function addInto(target: Float32Array, update: Update, scale = 1): void {
  if (update.length !== target.length)
    throw new RangeError(`expected an update of ${target.length} coordinates, got ${update.length}`);
  const { data } = update.values;
  const indices = indicesOf(update);
  if (indices === null) {
    for (let i = 0; i < data.length; i += 1) target[i]! += scale * data[i]!;
    return;
  }
  for (let j = 0; j < indices.length; j += 1) target[indices[j]!]! += scale * data[j]!;
}

/** The update as a vector of d floats, freshly allocated. */
export function toDense(update: Update): Float32Array {
  const dense = new Float32Array(update.length);
  addInto(dense, update);
  return dense;
}

/** Whether every entry is neither NaN nor infinite. x − x is 0 exactly for finite x. */
export function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i += 1) if (values[i]! - values[i]! !== 0) return false;
  return true;
}
