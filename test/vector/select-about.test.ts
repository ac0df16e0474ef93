import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../shared/base/random.ts";
import { selectLargest } from "../../shared/vector/select.ts";
import { selectAbout } from "../../shared/vector/select-about.ts";
import { sampleSize } from "../../shared/vector/selection/sample.ts";

describe("selecting about k by a sampled threshold", () => {
  it("gives the k̂ largest of all, k/2 ≤ k̂ ≤ 2k, for any input", () => {
    const kinds = { distinct: (i: number) => Math.sin(i), equal: () => 1, mostly: (i: number) => (i % 100 === 0 ? 2 : 1) };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        fc.constantFrom(...Object.values(kinds)),
        (d, share, seed, kind) => {
          const x = Float32Array.from({ length: d }, (_, i) => kind(i));
          const k = Math.round(share * d);
          const chosen = selectAbout(x, k, { rng: seeded(seed, "about") });
          expect(chosen.length).toBeGreaterThanOrEqual(k / 2);
          expect(chosen.length).toBeLessThanOrEqual(2 * k);
          const exact = selectLargest(x, chosen.length);
          expect(chosen.findIndex((index, j) => index !== exact[j])).toBe(-1);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is off by more than εk no more often than the bound says, among distinct magnitudes", () => {
    const d = 100_000;
    const k = 5_000;
    const x = Float32Array.from({ length: d }, (_, i) => 1 + ((i * 7_919) % d) / d);
    const expected = (sampleSize(d) * k) / d;
    const trials = 200;
    const errors = Array.from({ length: trials }, (_, seed) => {
      return Math.abs(selectAbout(x, k, { rng: seeded(seed, "bound") }).length - k) / k;
    });
    for (const ε of [0.1, 0.15, 0.2, 0.3]) {
      const bound = Math.exp((-ε * ε * expected) / (2 - ε)) + Math.exp((-ε * ε * expected) / (2 + 2 * ε));
      // The count of such trials is binomial; by Hoeffding it exceeds the mean by more than this once in 10⁹ draws of the seeds.
      const slack = Math.sqrt(Math.log(1e9) / (2 * trials));
      expect(errors.filter((error) => error > ε).length / trials).toBeLessThanOrEqual(bound + slack);
    }
    expect(Math.max(...errors)).toBeGreaterThan(0);
  });

  it("refuses a k that is negative, fractional or above d", () => {
    const rng = seeded(1, "about");
    for (const k of [-1, 0.5, 40, Number.NaN]) expect(() => selectAbout(new Float32Array(32), k, { rng })).toThrow(RangeError);
  });
});
