import type { Rng } from "../../base/random.ts";

/**
 * The logarithm of a Gamma(shape, 1) draw (Marsaglia, Tsang 2000). A shape below 1 is drawn as Gamma(shape + 1) · U^(1/shape);
 * in logarithms, so that a small shape does not end in zeros. Normals are the stream's own, cut off at ±6.
 * @throws {RangeError} unless 0 < shape ≤ 10¹²: beyond, a draw cannot be told from its mean
 */
export function logGamma(shape: number, rng: Rng): number {
  if (!(shape > 0 && shape <= 1e12)) throw new RangeError(`expected a positive shape of at most 10¹², got ${shape}`);
  if (shape < 1) return logGamma(shape + 1, rng) + Math.log(positiveUniform(rng)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(positiveUniform(rng)) < 0.5 * x * x + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}

/** Uniform in (0, 1). */
function positiveUniform(rng: Rng): number {
  return rng.uniform() + 2 ** -33;
}
