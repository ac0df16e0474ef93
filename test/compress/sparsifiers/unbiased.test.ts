import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../../shared/base/random.ts";
import { applied } from "../../../shared/compress/sparsifiers/sparsifier.ts";
import { inclusionFactor, sampleUnbiased } from "../../../shared/compress/sparsifiers/unbiased.ts";
import { indicesOf, toDense } from "../../../shared/vector/update.ts";
import { gaussian, moments, squared } from "../draws.ts";

const d = 40;
const k = 7;
const blocks = [{ end: d, keep: k }];

/** Σ xᵢ²(1/πᵢ − 1)/‖x‖². */
const varianceOf = (x: Float32Array, chances: ArrayLike<number>): number =>
  x.reduce((sum, value, i) => sum + (value === 0 ? 0 : value * value * (1 / chances[i]! - 1)), 0) / squared(x);

const chancesOf = (x: Float32Array, count: number): Float64Array =>
  Float64Array.from(x, (value) => (value === 0 ? 0 : Math.min(1, inclusionFactor(x, count) * Math.abs(value))));

describe("the unbiased choice of k", () => {
  it("is unbiased, with variance Σ xᵢ²(1/πᵢ − 1)", () => {
    // A few entries are so large that they are certain.
    const x = gaussian(d, "x").map((value, i) => (i % 13 === 0 ? 20 * value : value));
    const rng = seeded(3, "unbiased");
    const { error, bias } = moments(x, 40_000, () => toDense(applied(x, sampleUnbiased(x, blocks, rng))));
    expect(bias).toBeLessThan(1.5);
    expect(Math.abs(error / varianceOf(x, chancesOf(x, k)) - 1)).toBeLessThan(0.03);
  });

  const vector = fc
    .array(fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1, 1e-30)), {
      minLength: 1,
      maxLength: 60,
    })
    .map((values) => Float32Array.from(values));

  it("has k entries, or all that are not 0 where those are fewer, each with what 1/π makes of it", () => {
    fc.assert(
      fc.property(vector, fc.integer({ min: 1, max: 60 }), fc.integer(), (x, most, seed) => {
        const count = Math.min(most, x.length);
        const choice = sampleUnbiased(x, [{ end: x.length, keep: count }], seeded(seed, "draw"));
        const indices = indicesOf({ support: choice.support, length: x.length })!;
        const nonzero = x.filter((value) => value !== 0).length;
        expect(indices.length).toBe(Math.min(count, nonzero));
        const chances = chancesOf(x, count);
        for (const [j, i] of indices.entries()) {
          expect((choice.scale as Float64Array)[j]! * chances[i]!).toBeCloseTo(1, 10);
          if (nonzero <= count) expect(applied(x, choice).values.data[j]).toBe(x[i]);
        }
      }),
    );
  });

  it("has chances that add up to k, and varies least: no other chances of the same sum vary less", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: d - 1 }), (seed, count) => {
        const rng = seeded(seed, "least");
        const x = gaussian(d, rng).map((value, i) => value * (1 + (i % 5)));
        const best = chancesOf(x, count);
        expect(best.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(count, 6);
        // Moves a little chance from one coordinate to another.
        for (let trial = 0; trial < 50; trial += 1) {
          const other = best.slice();
          const [from, to] = [rng.integer(d), rng.integer(d)];
          const moved = 0.5 * rng.uniform() * Math.min(other[from]!, 1 - other[to]!);
          other[from]! -= moved;
          other[to]! += moved;
          expect(varianceOf(x, other)).toBeGreaterThanOrEqual(varianceOf(x, best) - 1e-9);
        }
      }),
      { numRuns: 40 },
    );
  });
});
