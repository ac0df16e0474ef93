import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../client/data/data-set.ts";
import { logGamma } from "../../../client/data/gamma.ts";
import { partition } from "../../../client/data/partition.ts";
import { seeded } from "../../../shared/base/random.ts";
import type { Dealing as AnyDealing } from "../../../shared/run/dealing.ts";

type Dealing = Exclude<AnyDealing, { kind: "writers" }>;

const dealings: fc.Arbitrary<Dealing> = fc.oneof(
  fc.constant<Dealing>({ kind: "iid" }),
  fc.double({ min: 0.001, max: 1000, noNaN: true }).map((alpha): Dealing => ({ kind: "dirichlet", alpha })),
  fc.integer({ min: 1, max: 4 }).map((each): Dealing => ({ kind: "shards", each })),
);

const balanced = Uint8Array.from({ length: 6000 }, (_, i) => i % 10);

describe("partition", () => {
  it("deals every sample once, leaves no partition empty, and deals alike every time", () => {
    fc.assert(
      fc.property(
        dealings,
        fc.integer({ min: 1, max: 20 }),
        fc.uint8Array({ minLength: 80, maxLength: 300, max: 9 }),
        fc.nat(),
        (dealing, partitions, labels, seed) => {
          const dealt = partition(labels, partitions, dealing, seed);
          expect(dealt).toHaveLength(partitions);
          expect(Math.min(...dealt.map((samples) => samples.length))).toBeGreaterThan(0);
          expect(dealt.flatMap((samples) => [...samples]).sort((a, b) => a - b)).toEqual([...labels.keys()]);
          expect(partition(labels, partitions, dealing, seed)).toEqual(dealt);
        },
      ),
    );
  });

  it("refuses fewer samples than pieces, with both numbers", () => {
    const few = new Uint8Array(5);
    expect(() => partition(few, 6, { kind: "iid" }, 1)).toThrow(new DataError(message(6)));
    expect(() => partition(few, 3, { kind: "shards", each: 2 }, 1)).toThrow(new DataError(message(6)));
    expect(() => partition(few, 2, { kind: "dirichlet", alpha: 0 }, 1)).toThrow(DataError);
  });

  it("by iid gives sizes that differ by at most one and classes near their fraction", () => {
    const dealt = partition(balanced, 7, { kind: "iid" }, 3);
    const sizes = dealt.map((samples) => samples.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    for (const samples of dealt) expect(Math.max(...classFractions(samples))).toBeLessThan(0.16);
  });

  it("by dirichlet is skewed for a small α and even for a large one", () => {
    const skew = (alpha: number): number => {
      const dealt = partition(balanced, 10, { kind: "dirichlet", alpha }, 5);
      return dealt.reduce((sum, samples) => sum + Math.max(...classFractions(samples)), 0) / dealt.length;
    };
    expect(skew(0.05)).toBeGreaterThan(0.6);
    expect(skew(0.5)).toBeGreaterThan(0.25);
    expect(skew(1000)).toBeLessThan(0.13);
  });

  it("by two shards a partition holds two to four classes at most", () => {
    for (const samples of partition(balanced, 10, { kind: "shards", each: 2 }, 9)) {
      expect(samples).toHaveLength(600);
      expect(classFractions(samples).filter((part) => part > 0).length).toBeLessThanOrEqual(4);
    }
  });
});

describe("logGamma", () => {
  it("refuses a shape of which no draw could come, or none that could be told from another", () => {
    for (const shape of [0, -1, Number.NaN, 2e12]) expect(() => logGamma(shape, seeded(11, "gamma"))).toThrow(RangeError);
  });

  it("draws a Gamma variable: its mean and variance are its shape", () => {
    for (const shape of [0.3, 1, 4.5]) {
      const rng = seeded(11, "gamma", shape);
      const draws = Array.from({ length: 20_000 }, () => Math.exp(logGamma(shape, rng)));
      const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
      const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
      expect(mean / shape).toBeCloseTo(1, 1);
      expect(variance / shape).toBeGreaterThan(0.9);
      expect(variance / shape).toBeLessThan(1.1);
    }
  });

  it("stays finite for a shape so small that the draw itself would underflow", () => {
    const rng = seeded(12);
    for (let i = 0; i < 100; i += 1) expect(Number.isFinite(logGamma(1e-6, rng))).toBe(true);
    expect(() => logGamma(0, rng)).toThrow(RangeError);
  });
});

function message(pieces: number): string {
  return `expected at least ${pieces} samples, one for each piece that is dealt, got 5`;
}

/** What part of a partition each of the ten classes makes up. */
function classFractions(samples: Uint32Array): number[] {
  return Array.from({ length: 10 }, (_, label) => samples.filter((sample) => balanced[sample] === label).length / samples.length);
}
