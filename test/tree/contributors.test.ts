import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contributorsOf,
  countOf,
  disjoint,
  includes,
  isSubset,
  lowestOf,
  positionsOf,
  union,
} from "../../shared/tree/contributors.ts";

const ascending = (positions: Iterable<number>): number[] => [...new Set(positions)].sort((a, b) => a - b);
const subset = (members: number) => fc.uniqueArray(fc.nat({ max: members - 1 }), { maxLength: 140 });
const twoSets = fc
  .integer({ min: 1, max: 140 })
  .chain((members) => fc.record({ members: fc.constant(members), a: subset(members), b: subset(members) }));

describe("a set of contributors", () => {
  it("has the positions that it was made of, in order, and knows how many", () => {
    fc.assert(
      fc.property(twoSets, ({ members, a }) => {
        const set = contributorsOf(members, a);
        expect(positionsOf(set)).toEqual(ascending(a));
        expect(countOf(set)).toBe(a.length);
        expect(lowestOf(set)).toBe(a.length === 0 ? -1 : Math.min(...a));
        const tried = Array.from({ length: members + 2 }, (_, i) => i - 1);
        expect(tried.filter((position) => includes(set, position))).toEqual(ascending(a));
      }),
    );
  });

  it("is joined and compared as sets are", () => {
    fc.assert(
      fc.property(twoSets, ({ members, a, b }) => {
        const [first, second] = [contributorsOf(members, a), contributorsOf(members, b)];
        expect(positionsOf(union(first, second))).toEqual(ascending([...a, ...b]));
        expect(disjoint(first, second)).toBe(!a.some((position) => b.includes(position)));
        expect(isSubset(first, second)).toBe(a.every((position) => b.includes(position)));
        expect(isSubset(first, union(first, second))).toBe(true);
      }),
    );
  });

  it("counts all of a roster of any size", () => {
    for (const members of [1, 31, 32, 33, 64, 4096]) {
      expect(
        countOf(
          contributorsOf(
            members,
            Array.from({ length: members }, (_, position) => position),
          ),
        ),
      ).toBe(members);
    }
  });

  it("refuses a position outside the roster", () => {
    for (const position of [-1, 3, Number.NaN]) expect(() => contributorsOf(3, [position])).toThrow(RangeError);
  });
});
