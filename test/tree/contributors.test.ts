import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contributorsOf,
  countOf,
  disjoint,
  exceptionsOf,
  includes,
  isSubset,
  lowestOf,
  positionsOf,
  subtreeOf,
  union,
  withExceptions,
} from "../../shared/tree/contributors.ts";
import { placeOf, type TreeKind } from "../../shared/tree/tree.ts";

const ascending = (positions: Iterable<number>): number[] => [...new Set(positions)].sort((a, b) => a - b);
const subset = (members: number) => fc.uniqueArray(fc.nat({ max: members - 1 }), { maxLength: 140 });
const twoSets = fc
  .integer({ min: 1, max: 140 })
  .chain((members) => fc.record({ members: fc.constant(members), a: subset(members), b: subset(members) }));

/** By the tree's own links, one at a time. */
function below(tree: TreeKind, position: number, members: number): number[] {
  const found = [position];
  for (const at of found) found.push(...placeOf(tree, at, members).children);
  return ascending(found);
}

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

describe.each(["heap", "binomial"] as const)("a subtree of the %s tree", (tree) => {
  it("is what the tree's links lead down to, for P = 1 … 130 and for 4,096", () => {
    for (let members = 1; members <= 130; members += 1) {
      const positions = Array.from({ length: members }, (_, position) => position);
      const wrong = positions.filter(
        (position) => String(positionsOf(subtreeOf(tree, position, members))) !== String(below(tree, position, members)),
      );
      expect({ members, wrong }).toEqual({ members, wrong: [] });
    }
    for (const position of [0, 1, 2, 63, 64, 1000, 2048, 4095])
      expect(positionsOf(subtreeOf(tree, position, 4096))).toEqual(below(tree, position, 4096));
  });

  it("gives every set back by its exceptions", () => {
    fc.assert(
      fc.property(twoSets, fc.nat(), ({ members, a }, drawn) => {
        const set = contributorsOf(members, a);
        const apex = drawn % members;
        expect(withExceptions(members, tree, apex, exceptionsOf(set, tree, apex))).toEqual(set);
      }),
    );
  });

  it("is refused of a position outside the roster", () => {
    for (const position of [-1, 3, Number.NaN]) expect(() => subtreeOf(tree, position, 3)).toThrow(RangeError);
  });
});
