import { describe, expect, it } from "vitest";
import { TreeLinks } from "../../shared/reduce/tree-links.ts";
import type { UpEffect } from "../../shared/reduce/tree-reduce.ts";

const last: UpEffect = { kind: "up", part: null, complete: true, again: false };
const early: UpEffect = { ...last, complete: false };
const treeLinksOf = (parent: number | null): TreeLinks => {
  const links = new TreeLinks();
  links.adopt({ parent: 1, children: [7, 8] }, parent);
  links.begin();
  return links;
};

describe("who sums with whom while links are lost", () => {
  it("sends the same parent everything anew when its link reopens", () => {
    const links = treeLinksOf(1);
    expect([links.give(), links.give()]).toEqual([1, 1]);
    links.turnTo(null, [early, last]);
    expect(links.turnTo(1, [early, last])).toEqual([early, last]);
  });

  it("tells another parent which parts were given to the first one, and which it is the first to get", () => {
    const links = treeLinksOf(1);
    links.give();
    links.turnTo(null, [early]);
    expect(links.give()).toBeNull();
    expect(links.turnTo(2, [early, last])).toEqual([{ ...early, again: true }, last]);
    expect(links.turnTo(1, [early, last])).toEqual([early, { ...last, again: true }]);
  });

  it("gives each sum to whoever is the parent when it begins", () => {
    const links = treeLinksOf(null);
    links.turnTo(2, []);
    links.begin();
    expect(links.give()).toBe(2);
  });

  it("waits for children that are taken in, and not for those whose link is lost, until the next roster", () => {
    const links = treeLinksOf(1);
    links.takeIn(4);
    links.lose(7);
    expect(links.children).toEqual([7, 8, 4]);
    expect(links.awaited).toEqual([8, 4]);
    links.find(7);
    links.lose(4);
    expect(links.awaited).toEqual([7, 8]);
    links.takeIn(4);
    links.adopt({ parent: 1, children: [7, 8] }, 1);
    expect(links.awaited).toEqual([7, 8]);
  });
});
