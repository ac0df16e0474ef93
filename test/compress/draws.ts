import { type Layout, layoutOf } from "../../shared/base/layout.ts";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { createContexts } from "../../shared/compress/context.ts";
import { applied, type Sparsifier } from "../../shared/compress/sparsifiers/sparsifier.ts";
import type { Context } from "../../shared/compress/types.ts";
import type { Update } from "../../shared/vector/update.ts";

export function layoutOfLength(length: number): Layout {
  return layoutOf([{ name: "x", shape: [length] }]);
}

/** d standard normals, the same for the same name. */
export function gaussian(length: number, name: string | Rng): Float32Array {
  const rng = typeof name === "string" ? seeded(1, name) : name;
  const x = new Float32Array(length);
  for (let i = 0; i < length; i += 1) x[i] = rng.normal();
  return x;
}

/** The context of one peer in one round, all else equal. */
export function contextAt(layout: Layout, round: number, seat = 0): Context {
  const contextOf = createContexts({ seed: 5, seat, parameters: () => new Float32Array(layout.length) });
  return contextOf({ layout, round, members: 5 });
}

/** What a sparsifier that learns nothing keeps of x. */
export function chosenBy(sparsifier: Sparsifier, x: Float32Array, context: Context): Update {
  const local = sparsifier.init(context.layout);
  return applied(x, sparsifier.select(x, local, context));
}

export function squared(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i += 1) sum += x[i]! * x[i]!;
  return sum;
}

/** ‖a − b‖². */
export function squaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

/** The mean of C(x) over draws, and the mean of ‖C(x) − x‖²/‖x‖². */
export function moments(x: Float32Array, trials: number, compress: (trial: number) => ArrayLike<number>) {
  const mean = new Float64Array(x.length);
  let error = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const found = compress(trial);
    for (let i = 0; i < x.length; i += 1) mean[i]! += found[i]! / trials;
    error += squaredError(found, x) / squared(x) / trials;
  }
  /** ‖mean − x‖/‖x‖ in units of what an unbiased C leaves after so many draws: about 1 for one. */
  const bias = Math.sqrt(squaredError(mean, x) / squared(x) / (error / trials));
  return { error, bias };
}
