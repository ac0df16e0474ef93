import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Conditions, neighborsOf, place as placeBy, withdraw } from "../../../shared/signaling/roster/placement.ts";
import { type TopologyName, topologyNames } from "../../../shared/tree/topologies.ts";
import { placeOf } from "../../../shared/tree/tree.ts";

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}`);
type Blocked = Conditions["blocked"];
const place = (members: readonly string[], blocked: Blocked, tree: TopologyName, mayLead = (_peer: string) => true) =>
  placeBy(members, { blocked, mayLead }, tree);
const trees = fc.constantFrom(...topologyNames);

describe("placement", () => {
  it("leaves an order alone in which nobody is blocked", () => {
    expect(place(names(9), () => false, "heap")).toEqual({ members: names(9), removed: [] });
  });

  it("moves the child and one leaf, and nobody else, where a leaf cannot reach its parent", () => {
    const blocked = (a: string, b: string) => [a, b].sort().join() === "p1,p3";
    expect(place(names(7), blocked, "heap").members).toEqual(["p0", "p1", "p2", "p6", "p4", "p5", "p3"]);
  });

  it("moves the parent where no other place of the child would do", () => {
    const blocked = (a: string, b: string) => [a, b].sort().join() === "p0,p1";
    expect(place(names(3), blocked, "heap").members).toEqual(["p2", "p1", "p0"]);
  });

  it("takes the later of two out who cannot reach each other and are alone", () => {
    expect(place(names(2), () => true, "binomial")).toEqual({ members: ["p0"], removed: ["p1"] });
  });

  it("moves, or takes out, the one of two that more of its neighbors cannot reach", () => {
    const isRootAlone = (a: string, b: string) => a === "p0" || b === "p0";
    expect(place(names(5), isRootAlone, "heap")).toEqual({ members: ["p4", "p1", "p2", "p3"], removed: ["p0"] });
    const isInnerDead = (a: string, b: string) => [a, b].includes("p1") && !["p5", "p6"].some((leaf) => leaf === a || leaf === b);
    expect(place(names(7), isInnerDead, "heap").members).toEqual(["p0", "p6", "p2", "p3", "p1", "p5", "p4"]);
  });

  it("makes nobody the root who may not be, and leaves one alone there that all others are cut off from rather than that", () => {
    const isRootAlone = (a: string, b: string) => a === "p0" || b === "p0";
    expect(place(names(5), isRootAlone, "heap", (peer) => peer === "p0").members).toEqual(["p0"]);
    expect(place(names(5), isRootAlone, "heap", (peer) => peer === "p0" || peer === "p2").members[0]).toBe("p2");
  });

  it("never leaves a blocked tree edge, and never loses or invents a peer", () => {
    const pairs = fc.array(fc.tuple(fc.nat(23), fc.nat(23)), { maxLength: 60 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        pairs,
        trees,
        fc.integer({ min: 1, max: 24 }),
        (count, list, tree, leaders) => {
          const mayLead = (peer: string) => Number(peer.slice(1)) < leaders;
          const set = new Set(list.flatMap(([a, b]) => [`p${a} p${b}`, `p${b} p${a}`]));
          const { members, removed } = place(names(count), (a, b) => a !== b && set.has(`${a} ${b}`), tree, mayLead);
          expect(mayLead(members[0]!)).toBe(true);
          expect([...members, ...removed].sort()).toEqual(names(count).sort());
          for (let i = 1; i < members.length; i += 1) {
            const parent = placeOf(tree, i, members.length).parent!;
            expect(set.has(`${members[i]} ${members[parent]}`)).toBe(false);
          }
        },
      ),
    );
  });

  it("withdraws a peer by moving only the last one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(39), (count, at) => {
        const before = names(count);
        const after = withdraw(before, `p${at}`);
        expect(after).toHaveLength(at < count ? count - 1 : count);
        for (let i = 0; i < after.length; i += 1) expect(after[i]).toBe(i === at ? before[count - 1] : before[i]);
      }),
    );
  });

  it("calls two peers neighbors exactly when each is the other's", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), trees, (count, tree) => {
        const members = names(count);
        for (const a of members)
          for (const b of neighborsOf(members, a, tree)) expect(neighborsOf(members, b, tree)).toContain(a);
      }),
    );
    expect(neighborsOf(names(3), "stranger", "heap")).toEqual([]);
  });
});
