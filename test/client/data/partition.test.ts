import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../client/data/data-set.ts";
import { groupsOf } from "../../../client/data/groups-of.ts";
import { type DealtDealing, histogram, partition } from "../../../client/data/partition.ts";
import { seeded } from "../../../shared/base/random.ts";
import { logGamma } from "../../../shared/run/partitions/log-gamma.ts";
import { readTexts } from "./formats/read-texts.ts";

const dealings: fc.Arbitrary<DealtDealing> = fc.oneof(
  fc.constant<DealtDealing>({ kind: "iid" }),
  fc.double({ min: 0.001, max: 1000, noNaN: true }).map((alpha): DealtDealing => ({ kind: "dirichlet", alpha })),
  fc.integer({ min: 1, max: 4 }).map((each): DealtDealing => ({ kind: "shards", each })),
  fc.double({ min: 0.001, max: 1000, noNaN: true }).map((beta): DealtDealing => ({ kind: "quantity", beta })),
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

  it.each<[string, DealtDealing, readonly (readonly number[])[]]>([
    [
      "iid",
      { kind: "iid" },
      [
        [13, 22, 14, 17, 0, 2, 18, 5],
        [19, 11, 1, 21, 12, 9, 4, 15],
        [3, 6, 8, 7, 16, 10, 20, 23],
      ],
    ],
    [
      "dirichlet(0.5)",
      { kind: "dirichlet", alpha: 0.5 },
      [
        [10, 8, 21, 11, 6, 12, 22, 17, 2],
        [5, 20, 18, 4],
        [15, 0, 23, 3, 13, 1, 16, 14, 19, 9, 7],
      ],
    ],
    [
      "shards(2)",
      { kind: "shards", each: 2 },
      [
        [7, 12, 17, 22, 11, 16, 21, 4],
        [18, 23, 1, 6, 9, 14, 19, 2],
        [20, 3, 8, 13, 0, 5, 10, 15],
      ],
    ],
    [
      "quantity(0.5)",
      { kind: "quantity", beta: 0.5 },
      [[6, 12, 0, 23, 14], [21], [5, 18, 16, 11, 1, 9, 19, 20, 2, 8, 15, 22, 10, 17, 3, 4, 7, 13]],
    ],
    [
      "by(column)",
      { kind: "by", column: "a" },
      [
        [0, 5, 10, 15, 20, 2, 7, 12, 17, 22].sort((a, b) => a - b),
        [3, 8, 13, 18, 23, 4, 9, 14, 19].sort((a, b) => a - b),
        [1, 6, 11, 16, 21],
      ],
    ],
  ])("by %s deals for ever as it did at first", (_, dealing, dealt) => {
    const labels = Uint8Array.from({ length: 24 }, (_, i) => (i * 7) % 5);
    expect(partition(labels, 3, dealing, 7).map((samples) => [...samples])).toEqual(dealt);
  });

  it("goes by keys of any number of classes", () => {
    const keys = Int32Array.from({ length: 3_000 }, (_, i) => (i % 1_000) - 1);
    const [first] = partition(keys, 10, { kind: "shards", each: 1 }, 1);
    expect(new Set([...first!].map((sample) => keys[sample])).size).toBeLessThanOrEqual(101);
  });

  it("by quantity has sizes that are skewed for a small β, alike for a large one, and classes near their fraction", () => {
    const sizes = (beta: number): number[] => partition(balanced, 10, { kind: "quantity", beta }, 5).map(({ length }) => length);
    expect(Math.max(...sizes(0.1))).toBeGreaterThan(2_000);
    expect(Math.max(...sizes(1_000))).toBeLessThan(800);
    const largest = partition(balanced, 10, { kind: "quantity", beta: 0.1 }, 5).reduce((a, b) => (a.length > b.length ? a : b));
    expect(Math.max(...classFractions(largest))).toBeLessThan(0.13);
  });

  it("by a column keeps all rows of a value together, the missing ones too, and evens the sizes out", async () => {
    const { train } = await readTexts({ "a.csv": "site,n\nA,1\nB,1\nA,1\n,1\nA,1\nC,1\nB,1\n,2\n" });
    const groups = groupsOf(train, "site");
    expect(partition(groups, 2, { kind: "by", column: "site" }, 1).map((samples) => [...samples])).toEqual([
      [0, 2, 4, 5],
      [1, 3, 6, 7],
    ]);
    expect([...groupsOf(train, "n")]).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect(() => partition(groups, 5, { kind: "by", column: "site" }, 1)).toThrow(
      new DataError("expected at least 5 different values in column site, one for each partition, got 4"),
    );
    expect(() => groupsOf(train, "cite")).toThrow(
      new DataError('partition: expected by(column) with one of the columns site, n, got "cite"'),
    );
  });

  it("is counted by its histogram: samples of each class in each partition", () => {
    const parts = partition(balanced, 4, { kind: "dirichlet", alpha: 1 }, 2);
    const counts = histogram(parts, balanced, 10);
    expect(counts.map((row) => row.reduce((a, b) => a + b))).toEqual(parts.map(({ length }) => length));
    expect(counts.reduce((a, b) => a.map((count, i) => count + b[i]!))).toEqual(Array(10).fill(600));
    expect(counts[0]![3]).toBe([...parts[0]!].filter((sample) => balanced[sample] === 3).length);
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
