import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Confusion, confusedClasses, confusionOf, confusionSums } from "../../shared/run/confusion.ts";
import { taskNames } from "../../shared/run/tasks.ts";
import { noMetrics } from "../../shared/sum/part.ts";
import { createWriter } from "../../shared/wire/bytes.ts";
import { writeMeasured } from "../../shared/wire/metrics-code.ts";

const classes = fc.constantFrom(2, 3, 4);
const countsOf = (k: number) => fc.array(fc.nat(5_000), { minLength: k ** 2, maxLength: k ** 2 });
const anyCounts = classes.chain(countsOf).filter((counts) => totalOf(counts) > 0);

function totalOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

function hitsOf(counts: readonly number[]): number {
  const k = Math.sqrt(counts.length);
  return totalOf(counts.filter((_, i) => i % (k + 1) === 0));
}

/** What a peer sends of counts that it has, row by row. */
function measured(counts: readonly number[]): { readonly sums: readonly number[]; readonly count: number } {
  return { sums: [0.5, hitsOf(counts), ...confusionSums(counts)], count: totalOf(counts) };
}

describe("counts of few classes", () => {
  it("come out of the sums as they went in: their total is the samples tested, their trace the hits", () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const confusion = confusionOf(measured(counts));
        expect(confusion?.flat()).toEqual(counts);
        expect(confusion).toHaveLength(Math.sqrt(counts.length));
      }),
    );
  });

  it("add up: the sums of two peers hold the counts of both", () => {
    const pairs = classes.chain((k) => fc.tuple(countsOf(k), countsOf(k))).filter(([a, b]) => totalOf([...a, ...b]) > 0);
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [one, other] = [measured(a), measured(b)];
        const sums = one.sums.map((sum, i) => Math.fround(sum + other.sums[i]!));
        const both = confusionOf({ sums, count: one.count + other.count });
        expect(both?.flat()).toEqual(a.map((count, i) => count + b[i]!));
      }),
    );
  });

  it("are whole numbers of the samples tested, or not there, whatever a peer sends", () => {
    const sums = fc.array(fc.oneof(fc.nat(20), fc.integer(), fc.double()), { maxLength: 16 });
    fc.assert(
      fc.property(sums, fc.nat(60), fc.nat(16), (sent, count, k) => {
        const confusion: Confusion = confusionOf({ sums: sent, count }, k) ?? [[]];
        const counts = confusion.flat();
        expect(counts.every((each) => Number.isInteger(each) && each >= 0)).toBe(true);
        if (counts.length > 0) expect([totalOf(counts), hitsOf(counts)]).toEqual([count, sent[1]]);
      }),
    );
  });

  it("are those of the run's classes: fewer sums have none, and more than K² are not read", () => {
    const { sums, count } = measured([3, 1, 2, 4]);
    expect(confusionOf({ sums: sums.slice(0, 2), count }, 2)).toBeNull();
    expect(confusionOf({ sums: [...sums, 7, 7, 7, 7, 7], count }, 2)).toEqual([
      [3, 1],
      [2, 4],
    ]);
    expect(confusionOf({ sums, count }, 0)).toBeNull();
    expect(confusionOf({ sums: [0, 0, 0, 0], count: 0 }, 2)).toBeNull();
  });

  it("are sent of two to four classes, and never of numbers and tokens", () => {
    const counted = taskNames.map((task) => [task, [1, 2, 3, 4, 5, 10].filter((k) => confusedClasses(task, k) === k)]);
    const few = [2, 3, 4];
    expect(Object.fromEntries(counted)).toEqual({ images: few, table: few, texts: few, regression: [], language: [] });
  });

  it("cost a message at most 2 bytes each below 16 384 samples, and 2 for the forms of 16 sums", () => {
    const bytes = (sums: readonly number[]): number => {
      const writer = createWriter();
      writeMeasured(writer, { weight: 1, metrics: { ...noMetrics, samples: 1, tested: 16_383, sums } });
      return writer.finish().length;
    };
    const [two, four] = [measured([9_000, 1_000, 6_000, 383]), measured(Array.from({ length: 16 }, () => 1_023))];
    expect(bytes(two.sums) - bytes(two.sums.slice(0, 2))).toBe(2 * 2);
    expect(bytes(four.sums) - bytes(four.sums.slice(0, 2))).toBe(14 * 2 + 2);
  });
});
