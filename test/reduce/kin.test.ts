import { describe, expect, it } from "vitest";
import { Kin } from "../../shared/reduce/kin.ts";
import type { UpEffect } from "../../shared/reduce/tree-reduce.ts";

const last: UpEffect = { kind: "up", part: null, complete: true, again: false };
const early: UpEffect = { ...last, complete: false };
const kinOf = (parent: number | null): Kin => {
  const kin = new Kin();
  kin.adopt({ parent: 1, children: [7, 8] }, parent);
  kin.begin();
  return kin;
};

describe("who sums with whom while links are lost", () => {
  it("sends the same parent everything anew when its link reopens", () => {
    const kin = kinOf(1);
    expect([kin.give(), kin.give()]).toEqual([1, 1]);
    kin.turnTo(null, [early, last]);
    expect(kin.turnTo(1, [early, last])).toEqual([early, last]);
  });

  it("tells another parent which parts were given to the first one, and which it is the first to get", () => {
    const kin = kinOf(1);
    kin.give();
    kin.turnTo(null, [early]);
    expect(kin.give()).toBeNull();
    expect(kin.turnTo(2, [early, last])).toEqual([{ ...early, again: true }, last]);
    expect(kin.turnTo(1, [early, last])).toEqual([early, { ...last, again: true }]);
  });

  it("gives each sum to whoever is the parent when it begins", () => {
    const kin = kinOf(null);
    kin.turnTo(2, []);
    kin.begin();
    expect(kin.give()).toBe(2);
  });

  it("waits for children that are taken in, and not for those whose link is lost, until the next roster", () => {
    const kin = kinOf(1);
    kin.takeIn(4);
    kin.lose(7);
    expect(kin.children).toEqual([7, 8, 4]);
    expect(kin.awaited).toEqual([8, 4]);
    kin.find(7);
    kin.lose(4);
    expect(kin.awaited).toEqual([7, 8]);
    kin.takeIn(4);
    kin.adopt({ parent: 1, children: [7, 8] }, 1);
    expect(kin.awaited).toEqual([7, 8]);
  });
});
