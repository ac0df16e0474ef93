import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxLinks } from "../../shared/links/links.ts";
import { neighborhoodOf } from "../../shared/membership/neighbors.ts";
import { deadlineMs } from "../../shared/peer/deadline.ts";
import { backupsOf } from "../../shared/tree/backup-links.ts";
import { contributorsOf, exceptionsOf, positionsOf, subtreeOf, withExceptions } from "../../shared/tree/contributors.ts";
import { topologies, topologyOf } from "../../shared/tree/topologies.ts";
import { depthOf, heightOf, type Place, pathOf, placeOf } from "../../shared/tree/tree.ts";
import { createReader, createWriter } from "../../shared/wire/bytes.ts";
import { readContributors, writeContributors } from "../../shared/wire/contributors-code.ts";

const positionsBelow = (count: number): number[] => Array.from({ length: count }, (_, position) => position);
/** Every size up to 300, and those of large rooms about a power of two. */
const counts = [...positionsBelow(301).slice(1), 1023, 1024, 1025, 4095, 4096];
/** Checked from each position to each below it. */
const smallCounts = positionsBelow(131).slice(1);
/** A roster and some of its positions. */
const anySet = fc.integer({ min: 1, max: 300 }).chain((members) =>
  fc.record({
    members: fc.constant(members),
    positions: fc.uniqueArray(fc.nat({ max: members - 1 }), { minLength: 1, maxLength: members }),
    apex: fc.nat({ max: members - 1 }),
  }),
);

describe.each(topologies.map(({ name, summary }) => ({ name, summary })))("the $name topology", ({ name: tree, summary }) => {
  const { parentOf } = topologyOf(tree);
  const placesOf = (count: number): Place[] => positionsBelow(count).map((position) => placeOf(tree, position, count));
  /** The first positions of all rosters of which a law does not hold. */
  const violations = (sizes: readonly number[], holds: (count: number) => (position: number) => boolean): string[] =>
    sizes
      .flatMap((count) => {
        const isRight = holds(count);
        return positionsBelow(count)
          .filter((position) => !isRight(position))
          .map((position) => `position ${position} of ${count}`);
      })
      .slice(0, 10);

  it("is found by its name, and says what sets it apart in a few words", () => {
    expect(topologyOf(tree).name).toBe(tree);
    expect(summary).toMatch(/^[a-z][^.]{5,79}$/);
  });

  it("has its root at position 0 alone, and count − 1 links", () => {
    for (const count of counts) {
      const places = placesOf(count);
      expect(places.filter(({ parent }) => parent === null)).toEqual([places[0]]);
      expect(places.reduce((links, { children }) => links + children.length, 0)).toBe(count - 1);
    }
  });

  it("has parents and children that agree, and children in ascending order", () => {
    expect(
      violations(counts, (count) => {
        const places = placesOf(count);
        return (position) => {
          const { children } = places[position]!;
          return children.every((child, i) => places[child]?.parent === position && (i === 0 || child > children[i - 1]!));
        };
      }),
    ).toEqual([]);
  });

  it("leads from every position to the root by lower positions, in as many links as its depth", () => {
    expect(
      violations([4096], () => (position) => {
        const path = pathOf(tree, position);
        const isLink = (at: number, i: number): boolean => i === path.length - 1 || path[i + 1] === parentOf(at);
        const descends = path.every((at, i) => i === 0 || at < path[i - 1]!);
        return (
          path[0] === position &&
          path.at(-1) === 0 &&
          descends &&
          path.every(isLink) &&
          depthOf(tree, position) === path.length - 1
        );
      }),
    ).toEqual([]);
  });

  it("is as high as its deepest position is deep", () => {
    const depths = positionsBelow(4096).map((position) => depthOf(tree, position));
    const wrong = counts.filter((count) => heightOf(tree, count) !== Math.max(...depths.slice(0, count)));
    expect(wrong).toEqual([]);
    expect(heightOf(tree, 0)).toBe(0);
  });

  it("changes by a join in one place: the new leaf is the last child of its parent", () => {
    for (const count of counts) {
      const parent = parentOf(count);
      const expected = placesOf(count).map((place, position) =>
        position === parent ? { ...place, children: [...place.children, count] } : place,
      );
      expect(placesOf(count + 1)).toEqual([...expected, { parent, children: [] }]);
    }
  });

  it("refuses a position outside the roster", () => {
    for (const position of [-1, 3, Number.NaN]) {
      expect(() => placeOf(tree, position, 3)).toThrow(RangeError);
      expect(() => subtreeOf(tree, position, 3)).toThrow(RangeError);
      expect(() => backupsOf(tree, position, 3)).toThrow(RangeError);
    }
  });

  it("has subtrees that hold a position, and what its links lead down to", () => {
    const below = (count: number): ((position: number) => boolean) => {
      const subtrees = positionsBelow(count).map((position) => [position]);
      for (let child = count - 1; child > 0; child -= 1) subtrees[parentOf(child)]!.push(...subtrees[child]!);
      return (position) =>
        positionsOf(subtreeOf(tree, position, count)).join() === subtrees[position]!.sort((a, b) => a - b).join();
    };
    expect(violations([...smallCounts, 300, 4096], below)).toEqual([]);
  });

  it("has subtrees made of ranges that are not empty, ascending and apart", () => {
    expect(
      violations(counts, (count) => (position) => {
        const ranges = topologyOf(tree).subtreeOf(position, count);
        return ranges.every(({ start, end }, i) => start < end && end <= count && (i === 0 || start > ranges[i - 1]!.end - 1));
      }),
    ).toEqual([]);
  });

  it("gives every set of contributors back by its exceptions, and over the wire", () => {
    fc.assert(
      fc.property(anySet, ({ members, positions, apex }) => {
        const set = contributorsOf(members, positions);
        expect(withExceptions(members, tree, apex, exceptionsOf(set, tree, apex))).toEqual(set);
        const writer = createWriter();
        writeContributors(writer, set, tree);
        const reader = createReader(writer.finish());
        expect(readContributors(reader, tree)).toEqual(set);
        reader.end();
      }),
    );
  });

  it("takes at most five bytes for a subtree in which everyone counted, of 4,096", () => {
    const lengthOf = (position: number): number => {
      const writer = createWriter();
      writeContributors(writer, subtreeOf(tree, position, 4096), tree);
      return writer.finish().length;
    };
    expect(Math.max(...positionsBelow(4096).map(lengthOf))).toBeLessThanOrEqual(5);
  });

  it("waits longer the higher a position is: a parent's deadline comes two hops after those of its children", () => {
    const wrong = positionsBelow(300)
      .slice(1)
      .filter((child) => deadlineMs(tree, parentOf(child), 300, 500) - deadlineMs(tree, child, 300, 500) !== 1_000);
    expect(wrong).toEqual([]);
  });

  describe("has backup links that", () => {
    it("both sides want, and that are never links of the tree", () => {
      expect(
        violations(counts, (count) => {
          const places = placesOf(count);
          const backups = places.map((_, position) => backupsOf(tree, position, count));
          return (position) => {
            const near = [position, places[position]!.parent, ...places[position]!.children];
            const isOnce = new Set(backups[position]).size === backups[position]!.length;
            return isOnce && backups[position]!.every((other) => backups[other]?.includes(position) && !near.includes(other));
          };
        }),
      ).toEqual([]);
    });

    it("lead every child of a lost peer to the root, always by lower positions", () => {
      const leadsUp = (orphan: number, count: number): boolean => {
        const lost = parentOf(orphan);
        if (lost === 0) return true;
        for (let at = orphan; at !== 0; ) {
          const parent = parentOf(at);
          const next = parent === lost ? backupsOf(tree, at, count)[0] : parent;
          if (next === undefined || next >= at || next === lost) return false;
          at = next;
        }
        return true;
      };
      const wrong = violations(
        counts.filter((count) => count >= 4),
        (count) => (position) => position === 0 || leadsUp(position, count),
      );
      expect(wrong).toEqual([]);
    });

    it("three peers do not keep", () => {
      for (const count of [1, 2, 3])
        expect(positionsBelow(count).flatMap((position) => backupsOf(tree, position, count))).toEqual([]);
    });

    it("leave room among the links that a peer may have, in a room of any size", () => {
      expect(
        violations(counts, (count) => {
          const places = placesOf(count);
          return (position) => {
            const { parent, children } = places[position]!;
            return (parent === null ? 0 : 1) + children.length + backupsOf(tree, position, count).length <= maxLinks;
          };
        }),
      ).toEqual([]);
    });
  });

  it("makes neighbors of those whom both name as such", () => {
    for (const count of [1, 2, 3, 4, 7, 16, 61]) {
      const members = positionsBelow(count).map((position) => ({ peer: `p${position}`, label: "node", seat: position }));
      const roster = { kind: "roster", version: [1, 1], members, running: true, observers: 0, donor: null } as const;
      const near = members.map(({ peer }) => neighborhoodOf(roster, peer, tree));
      const named = (peer: string) => near[Number(peer.slice(1))]!;
      const wrong = members.filter(({ peer }, position) => {
        const { parent, children, backups } = near[position]!;
        return (
          !(parent === null || named(parent).children.includes(peer)) ||
          !children.every((child) => named(child).parent === peer) ||
          !backups.every((backup) => named(backup.peer).backups.some((back) => back.peer === peer && back.position === position))
        );
      });
      expect(wrong).toEqual([]);
    }
  });
});
