import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../shared/base/random.ts";
import { createBatchSampler } from "../../shared/run/batch-sampler.ts";

const sizes = fc.integer({ min: 1, max: 60 });

describe("createBatchSampler", () => {
  it("draws no sample twice within an epoch, and never a sample that is not there", () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (samples, batch, seed) => {
        const draw = createBatchSampler(samples, batch, seeded(seed));
        const size = Math.min(batch, samples);
        for (let epoch = 0; epoch < 3; epoch += 1) {
          const drawn = Array.from({ length: Math.floor(samples / size) }, draw);
          const all = drawn.flatMap((indices) => [...indices]);
          expect(drawn.every((indices) => indices.length === size)).toBe(true);
          expect(new Set(all).size).toBe(all.length);
          expect(Math.max(...all)).toBeLessThan(samples);
        }
      }),
    );
  });

  it("draws every sample equally often", () => {
    const draw = createBatchSampler(10, 3, seeded(1));
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i += 1) for (const sample of draw()) counts[sample]! += 1;
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(250);
  });
});
