import { describe, expect, it } from "vitest";
import { createTreeReduce, type ReduceEffect } from "../../shared/reduce/tree-reduce.ts";
import { added } from "../../shared/sum/gathered.ts";
import { noMetrics, type Part } from "../../shared/sum/part.ts";
import { contributorsOf, positionsOf } from "../../shared/tree/contributors.ts";
import { placeOf } from "../../shared/tree/tree.ts";
import { denseUpdate } from "../../shared/vector/update.ts";

const members = 7;
const exact = { kind: "exact" } as const;

function part(...positions: number[]): Part {
  const sum = denseUpdate(Float32Array.of(positions.reduce((bits, position) => bits + 2 ** position, 0)));
  return { contributors: contributorsOf(members, positions), weight: positions.length, metrics: noMetrics, sum };
}

function at(position: number) {
  return createTreeReduce(placeOf("heap", position, members), members, exact);
}

/** Contributors and value of each part sent or made, for short expectations. */
function shown(effects: readonly ReduceEffect[]): unknown[] {
  return effects.map((effect) => {
    if (effect.kind === "up")
      return { up: effect.part === null ? [] : positionsOf(effect.part.contributors), complete: effect.complete };
    if (effect.kind === "total")
      return { total: positionsOf(effect.part.contributors), value: added(effect.part.sum).values.data[0] };
    return effect.kind;
  });
}

describe("a part that comes again, by another way", () => {
  const again = { complete: true, again: true };

  it("is passed on alone, and at once", () => {
    const inner = at(1);
    inner.joined(5);
    inner.own(part(1));
    inner.child(3, part(3), { complete: true });
    inner.child(4, part(4), { complete: true });
    expect(shown(inner.child(5, part(5), again))).toEqual([
      { up: [5], complete: false },
      { up: [1, 3, 4], complete: true },
    ]);
    expect(inner.sent.map((effect) => effect.again)).toEqual([true, false]);
    expect(shown(inner.child(5, part(5), again))).toEqual(["overlap"]);
  });

  it("is in the total once, whether it comes before or after the sum that holds it", () => {
    for (const isFirst of [true, false]) {
      const root = at(0);
      root.own(part(0));
      if (isFirst) root.child(2, part(3), { complete: false, again: true });
      root.child(1, part(1, 3, 4), { complete: true });
      if (!isFirst) root.child(2, part(3), { complete: false, again: true });
      expect(shown(root.child(2, part(2, 5, 6), { complete: true }))).toEqual([{ total: [0, 1, 2, 3, 4, 5, 6], value: 127 }]);
    }
  });

  it("is passed on though a part of it is known, and refused where all of it is", () => {
    const inner = at(1);
    inner.own(part(1));
    inner.child(3, part(3), { complete: true });
    inner.child(4, part(4), { complete: true });
    expect(shown(inner.child(3, part(1, 3, 5), { complete: true }))).toEqual([{ up: [1, 3, 5], complete: false }]);
    expect(shown(inner.child(3, part(3, 5), { complete: true }))).toEqual(["overlap"]);
  });

  it("is taken after one that holds more, whichever came first", () => {
    const root = at(0);
    root.own(part(0));
    root.child(2, part(3), again);
    root.child(1, part(1, 3, 4), { complete: false, again: true });
    expect(shown(root.lost(1))).toEqual([{ total: [0, 1, 3, 4], value: 27 }]);
  });

  it("makes the majority where nobody else brought it", () => {
    const root = at(0);
    root.own(part(0));
    root.child(2, part(2, 5), { complete: true });
    expect(root.lost(1)).toEqual([]);
    expect(shown(root.child(2, part(3), again))).toEqual([{ total: [0, 2, 3, 5], value: 45 }]);
  });
});

describe("an inner peer", () => {
  it("waits for itself and every child, then sends one part that holds them all", () => {
    const inner = at(1);
    expect(inner.child(4, part(4), { complete: true })).toEqual([]);
    expect(inner.own(part(1))).toEqual([]);
    expect(shown(inner.child(3, part(3), { complete: true }))).toEqual([{ up: [1, 3, 4], complete: true }]);
  });

  it("counts a lost child as complete", () => {
    const inner = at(1);
    inner.child(3, part(3), { complete: true });
    inner.own(part(1));
    expect(shown(inner.lost(4))).toEqual([{ up: [1, 3], complete: true }]);
  });

  it("sends what it has at the deadline and relays at once what comes later", () => {
    const inner = at(1);
    inner.own(part(1));
    inner.child(3, part(3), { complete: true });
    expect(shown(inner.deadline())).toEqual([{ up: [1, 3], complete: false }]);
    expect(shown(inner.child(4, part(4), { complete: true }))).toEqual([{ up: [4], complete: true }]);
  });

  it("relays its children's parts unmerged at the deadline when its own is missing, and its own when it comes", () => {
    const inner = at(1);
    inner.child(3, part(3), { complete: true });
    inner.child(4, part(4), { complete: true });
    expect(shown(inner.deadline())).toEqual([
      { up: [3], complete: false },
      { up: [4], complete: false },
    ]);
    expect(shown(inner.own(part(1)))).toEqual([{ up: [1], complete: true }]);
  });

  it("leaves out a part that names someone who is in the sum already", () => {
    const inner = at(1);
    inner.child(3, part(3), { complete: false });
    expect(shown(inner.child(3, part(3), { complete: false }))).toEqual(["overlap"]);
    inner.own(part(1));
    inner.child(4, part(4), { complete: true });
    expect(shown(inner.child(3, null, { complete: true }))).toEqual([{ up: [1, 3, 4], complete: true }]);
  });

  it("keeps what it sent, to send it again when its parent's link reopens", () => {
    const inner = at(1);
    inner.own(part(1));
    inner.deadline();
    inner.child(3, part(3), { complete: true });
    expect(shown(inner.sent)).toEqual([
      { up: [1], complete: false },
      { up: [3], complete: false },
    ]);
  });
});

describe("the root", () => {
  it("makes the total as soon as everyone is in, whatever the order of arrival", () => {
    const root = at(0);
    root.child(2, part(2, 5, 6), { complete: true });
    root.child(1, part(1, 3, 4), { complete: true });
    expect(shown(root.own(part(0)))).toEqual([{ total: [0, 1, 2, 3, 4, 5, 6], value: 127 }]);
  });

  it("makes no total at the deadline with half of the roster or less, and makes it as soon as one more arrives", () => {
    const root = at(0);
    root.own(part(0));
    root.child(1, part(1, 3), { complete: false });
    expect(root.deadline()).toEqual([]);
    expect(shown(root.child(2, part(2), { complete: false }))).toEqual([{ total: [0, 1, 2, 3], value: 15 }]);
  });

  it("does not wait for the deadline when a lost subtree leaves a majority", () => {
    const root = at(0);
    root.own(part(0));
    root.child(1, part(1, 3, 4), { complete: true });
    expect(shown(root.lost(2))).toEqual([{ total: [0, 1, 3, 4], value: 27 }]);
  });

  it("makes one total only: what comes after it changes nothing", () => {
    const root = at(0);
    root.own(part(0));
    root.child(1, part(1, 3, 4), { complete: true });
    root.lost(2);
    expect(root.child(2, part(2), { complete: true })).toEqual([]);
    expect(root.deadline()).toEqual([]);
  });

  it("keeps what its own merge rejects", () => {
    const root = createTreeReduce({ parent: null, children: [] }, 1, { kind: "truncate", keep: 1 });
    const own = { ...part(0), contributors: contributorsOf(1, [0]), sum: denseUpdate(Float32Array.of(3, -4, 1)) };
    const [rejected, total] = root.own(own);
    expect(rejected).toMatchObject({ kind: "rejected", rest: { support: { indices: Uint32Array.of(0, 2) } } });
    expect(total).toMatchObject({ kind: "total", part: { sum: { support: { indices: Uint32Array.of(1) } } } });
  });
});
