import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { picturedLimit, treePicture } from "../../../client/page/room/tree-picture.ts";
import { topologyNames } from "../../../shared/tree/topologies.ts";
import { depthOf, heightOf, placeOf } from "../../../shared/tree/tree.ts";

const anyKind = fc.constantFrom(...topologyNames);

describe("the picture of a tree", () => {
  it("has every member once and the branch of each to its parent, up to the limit", () => {
    fc.assert(
      fc.property(anyKind, fc.integer({ min: 0, max: picturedLimit }), (kind, count) => {
        const { nodes, branches, hidden } = treePicture(kind, count, null);
        expect(nodes.map(({ position }) => position).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        for (const { parent, child } of branches) expect(placeOf(kind, child, count).parent).toBe(parent);
        expect(branches.length).toBe(Math.max(0, count - 1));
        expect(hidden).toBe(0);
      }),
    );
  });

  it("keeps every node inside, apart from every other, and higher than the ground", () => {
    fc.assert(
      fc.property(anyKind, fc.integer({ min: 1, max: 300 }), fc.nat(), (kind, count, draw) => {
        const { nodes, radius, width, ground } = treePicture(kind, count, draw % count);
        expect(radius).toBeGreaterThan(0);
        nodes.forEach((a, i) => {
          expect(a.x - radius).toBeGreaterThanOrEqual(0);
          expect(a.x + radius).toBeLessThanOrEqual(width);
          expect(a.y - radius).toBeGreaterThanOrEqual(0);
          expect(a.y + radius).toBeLessThan(ground);
          for (const b of nodes.slice(0, i)) if (Math.hypot(a.x - b.x, a.y - b.y) < 2 * radius) expect.fail(`${i} overlaps`);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("leaves nodes of forty members large enough for a number on a phone, in every tree of logarithmic height", () => {
    for (const kind of topologyNames.filter((name) => heightOf(name, 40) <= Math.log2(40))) {
      for (let count = 1; count <= 40; count += 1) expect(treePicture(kind, count, 0).radius).toBeGreaterThan(4);
    }
    expect(treePicture("heap", 40, 0).radius).toBeGreaterThan(7);
  });

  it("puts members of the same depth on the same ring around the root", () => {
    const { nodes } = treePicture("heap", 15, 0);
    const root = nodes[0]!;
    const ring = ({ x, y }: { x: number; y: number }): number => Math.hypot(x - root.x, y - root.y);
    const depth1 = ring(nodes.find(({ position }) => position === 1)!);
    for (const node of nodes) expect(ring(node)).toBeCloseTo(depth1 * depthOf("heap", node.position), 6);
  });

  it("thins branches out towards the leaves: a branch weighs as much as the members above it", () => {
    const { branches } = treePicture("heap", 7, 0);
    expect(branches.map(({ child, weight }) => [child, weight])).toEqual([
      [1, 3],
      [2, 3],
      [3, 1],
      [4, 1],
      [5, 1],
      [6, 1],
    ]);
  });

  it("draws the top of a tree that is too large, and one's own way to it", () => {
    fc.assert(
      fc.property(anyKind, fc.integer({ min: picturedLimit + 1, max: 4096 }), fc.nat(), (kind, count, draw) => {
        const self = draw % count;
        const { nodes, branches, hidden } = treePicture(kind, count, self);
        expect(nodes.some(({ position }) => position === self)).toBe(true);
        expect(branches.length).toBe(nodes.length - 1);
        expect(nodes.length + hidden).toBe(count);
        expect(nodes.length).toBeLessThanOrEqual(picturedLimit + depthOf(kind, self));
      }),
      { numRuns: 30 },
    );
  });
});
