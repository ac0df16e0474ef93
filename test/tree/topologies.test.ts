import { describe, expect, it, test } from "vitest";
import { backupsOf } from "../../shared/tree/backup-links.ts";
import { type TopologyName, topologies, topologyOf } from "../../shared/tree/topologies.ts";
import { heightOf, placeOf } from "../../shared/tree/tree.ts";

const counts = [...Array.from({ length: 300 }, (_, i) => i + 1), 1024, 4095, 4096];
const positionsBelow = (count: number): number[] => Array.from({ length: count }, (_, position) => position);

/** The links of the tree that a position has. */
function linksOf(tree: TopologyName, position: number, count: number): number {
  const { parent, children } = placeOf(tree, position, count);
  return (parent === null ? 0 : 1) + children.length;
}

/** The most links that a peer has, those of the tree and all. */
function mostLinks(tree: TopologyName, count: number): number {
  return Math.max(
    ...positionsBelow(count).map((position) => linksOf(tree, position, count) + backupsOf(tree, position, count).length),
  );
}

test("every topology has a name of its own; no other is found", () => {
  expect(new Set(topologies.map(({ name }) => name)).size).toBe(topologies.length);
  expect(() => topologyOf("ring" as TopologyName)).toThrow(/expected heap or binomial.*, got ring/);
});

describe("the heap", () => {
  it("has at most 3 links a peer, 5 with the backup links, and height ⌊log₂ count⌋", () => {
    for (const count of counts) {
      expect(Math.max(...positionsBelow(count).map((position) => linksOf("heap", position, count)))).toBeLessThanOrEqual(3);
      expect(mostLinks("heap", count)).toBeLessThanOrEqual(5);
      expect(heightOf("heap", count)).toBe(Math.floor(Math.log2(count)));
    }
  });

  it("joins position i to ⌊(i − 1)/2⌋, and by backup links to i − 1 and i + 1", () => {
    expect(placeOf("heap", 4, 11)).toEqual({ parent: 1, children: [9, 10] });
    expect(backupsOf("heap", 4, 11)).toEqual([3, 5]);
  });
});

describe("the binomial tree", () => {
  it("has ⌈log₂ count⌉ links at the root, nowhere more, at most 14 with the backup links, and height ⌊log₂ count⌋", () => {
    for (const count of counts) {
      const links = positionsBelow(count).map((position) => linksOf("binomial", position, count));
      expect(links[0]).toBe(Math.ceil(Math.log2(count)));
      expect(Math.max(...links)).toBe(links[0]);
      expect(mostLinks("binomial", count)).toBeLessThanOrEqual(14);
      expect(heightOf("binomial", count)).toBe(Math.floor(Math.log2(count)));
    }
  });

  it("joins position i to i without its lowest set bit, and by a backup link to the position before the parent's", () => {
    expect(placeOf("binomial", 12, 16)).toEqual({ parent: 8, children: [13, 14] });
    expect(backupsOf("binomial", 12, 16)).toEqual([7]);
    expect(backupsOf("binomial", 7, 16)).toEqual([5, 8, 9, 10, 12]);
  });
});
