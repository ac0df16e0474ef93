import { describe, expect, it } from "vitest";
import { depthOf, heightOf, placeOf } from "../../shared/tree/tree.ts";

describe.each(["heap", "binomial"] as const)("the %s tree", (tree) => {
  it("has one root and P − 1 links, each known to both of its ends, for P = 1 … 130", () => {
    for (let count = 1; count <= 130; count += 1) {
      const places = Array.from({ length: count }, (_, position) => placeOf(tree, position, count));
      expect(places.filter(({ parent }) => parent === null)).toHaveLength(1);
      expect(places[0]!.parent).toBeNull();
      expect(places.reduce((links, { children }) => links + children.length, 0)).toBe(count - 1);
      const links = places.flatMap(({ children }, position) => children.map((child) => [child, position]));
      expect(links.map(([child]) => [child, places[child!]!.parent])).toEqual(links);
      expect(places.filter(({ children }) => children.some((child, i) => i > 0 && child <= children[i - 1]!))).toEqual([]);
    }
  });

  it("is of logarithmic height, which is the depth of its deepest position", () => {
    for (let count = 1; count <= 130; count += 1) {
      const depths = Array.from({ length: count }, (_, position) => depthOf(tree, position));
      expect(heightOf(tree, count)).toBe(Math.max(...depths));
      expect(heightOf(tree, count)).toBe(Math.floor(Math.log2(count)));
    }
  });

  it("refuses a position outside the roster", () => {
    expect(() => placeOf(tree, 3, 3)).toThrow(RangeError);
    expect(() => placeOf(tree, -1, 3)).toThrow(RangeError);
  });
});

it("a heap-ordered peer has at most three links, and a join adds a leaf without moving anyone", () => {
  for (let count = 1; count <= 130; count += 1) {
    const places = Array.from({ length: count }, (_, position) => placeOf("heap", position, count));
    expect(Math.max(...places.map(({ parent, children }) => children.length + (parent === null ? 0 : 1)))).toBeLessThanOrEqual(3);
    expect(places.map((_, position) => placeOf("heap", position, count + 1).parent)).toEqual(places.map(({ parent }) => parent));
  }
});
