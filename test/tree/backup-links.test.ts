import { describe, expect, it } from "vitest";
import { backupsOf } from "../../shared/tree/backup-links.ts";
import { placeOf, type TreeKind } from "../../shared/tree/tree.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe.each(["heap", "binomial"] as const)("backup links beside a %s tree", (kind: TreeKind) => {
  const parentOf = (position: number, count: number): number => placeOf(kind, position, count).parent!;

  it("are wanted by both sides, and are never links of the tree", () => {
    for (const count of upTo(40).slice(1)) {
      for (const position of upTo(count)) {
        const { parent, children } = placeOf(kind, position, count);
        for (const other of backupsOf(kind, position, count)) {
          expect(backupsOf(kind, other, count)).toContain(position);
          expect([parent, ...children, position]).not.toContain(other);
        }
      }
    }
  });

  it("lead every child of a lost peer to the root, always by lower positions", () => {
    for (const count of upTo(40).slice(4)) {
      for (const lost of upTo(count).slice(1)) {
        for (const orphan of placeOf(kind, lost, count).children) {
          for (let at = orphan; at !== 0; ) {
            const parent = parentOf(at, count);
            const next = parent === lost ? backupsOf(kind, at, count)[0]! : parent;
            expect(next).toBeLessThan(at);
            expect(next).not.toBe(lost);
            at = next;
          }
        }
      }
    }
  });

  it("leave room among the links that a peer may have", () => {
    const most = kind === "heap" ? 5 : 14;
    const linksOf = (position: number, count: number): number => {
      const { parent, children } = placeOf(kind, position, count);
      return (parent === null ? 0 : 1) + children.length + backupsOf(kind, position, count).length;
    };
    for (const count of [5, 64, 4095, 4096]) {
      expect(Math.max(...upTo(count).map((position) => linksOf(position, count)))).toBeLessThanOrEqual(most);
    }
  });

  it("are not kept by three peers", () => {
    for (const count of [1, 2, 3]) expect(upTo(count).flatMap((position) => backupsOf(kind, position, count))).toEqual([]);
  });
});
