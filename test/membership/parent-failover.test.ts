import { describe, expect, it } from "vitest";
import type { Version } from "../../shared/base/version.ts";
import type { MembershipEffect } from "../../shared/membership/membership-effect.ts";
import { neighborhoodOf } from "../../shared/membership/neighbors.ts";
import { ParentFailover } from "../../shared/membership/parent-failover.ts";
import type { RosterMessage } from "../../shared/signaling/protocol/messages.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const names = ["a", "b", "c", "d", "e", "f", "0", "1"].map((digit) => digit.repeat(16));
const members = names.map((peer, seat) => ({ peer, label: "", seat }));
const roster: RosterMessage = { kind: "roster", version: [1, 1], members, running: true, observers: 0, donor: null };
const clockOf = () => createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));

/** The peer at `position` of eight in a heap, all its links open. */
function memberAt(position: number, clock = clockOf()) {
  const open = new Set(names);
  const done: string[] = [];
  const failover = new ParentFailover({ isOpen: (peer) => open.has(peer) });
  let stopWaiting = (): void => {};
  const perform = (effects: readonly MembershipEffect[] | null): boolean => {
    for (const effect of effects ?? []) {
      if (effect.kind === "reparent") done.push(`${effect.wanted ? "ask" : "leave"} ${names.indexOf(effect.peer)}`);
      else if (effect.kind === "turn-to") done.push(`turn to ${effect.position ?? "nobody"}`);
      else if (effect.kind === "take-in") done.push(`take in ${effect.position}`);
      else if (effect.kind === "child-lost") done.push(`release ${effect.position}`);
      else stopWaiting();
      if (effect.kind === "await-parent") stopWaiting = clock.after(1_500, () => void perform(failover.orphaned()));
    }
    return effects !== null;
  };
  const adopt = (version: Version): number | null => {
    const { parent, effects } = failover.adopt(neighborhoodOf({ ...roster, version }, names[position]!, "heap"));
    perform(effects);
    return parent;
  };
  const asks = (at: number, wanted: boolean): boolean => perform(failover.asked(names[at]!, wanted));
  adopt([1, 1]);
  const told = (): string[] => done.splice(0);
  const lose = (at: number): void => {
    open.delete(names[at]!);
    perform(failover.lost(names[at]!));
  };
  const find = (at: number): void => {
    open.add(names[at]!);
    perform(failover.opened(names[at]!));
  };
  return { clock, failover, adopt, asks, told, lose, find };
}

describe("a peer that has lost its parent", () => {
  it("asks the one before it after a second and a half, and goes back when its parent is there again", async () => {
    const { clock, failover, told, lose, find } = memberAt(3);
    lose(1);
    expect(told()).toEqual(["turn to nobody"]);
    await clock.advance(1_400);
    expect(told()).toEqual([]);
    await clock.advance(200);
    expect(told()).toEqual(["ask 2", "turn to 2"]);
    expect(failover.parent).toBe(names[2]);
    find(1);
    expect(told()).toEqual(["leave 2", "turn to 1"]);
  });

  it("asks nobody if its parent is back before that", async () => {
    const { clock, told, lose, find } = memberAt(3);
    lose(1);
    await clock.advance(1_000);
    find(1);
    await clock.advance(5_000);
    expect(told()).toEqual(["turn to nobody", "turn to 1"]);
  });

  it("asks the one after it where the one before is gone, too, and waits where nobody is left", async () => {
    const { clock, told, lose, find } = memberAt(3);
    lose(1);
    lose(2);
    await clock.advance(2_000);
    expect(told()).toEqual(["turn to nobody", "ask 4", "turn to 4"]);
    lose(4);
    expect(told()).toEqual(["turn to nobody"]);
    find(2);
    expect(told()).toEqual(["ask 2", "turn to 2"]);
  });

  it("waits likewise for a parent to which no link opens after a roster", async () => {
    const { clock, adopt, told, lose } = memberAt(3);
    lose(1);
    told();
    expect(adopt([1, 2])).toBeNull();
    await clock.advance(2_000);
    expect(told()).toEqual(["ask 2", "turn to 2"]);
  });
});

describe("a peer that is asked", () => {
  it("takes in who is at the other end of a backup link, and nobody else", () => {
    const { failover, asks, told } = memberAt(3);
    expect(asks(4, true)).toBe(true);
    expect(asks(6, true)).toBe(false);
    expect(told()).toEqual(["take in 4"]);
    expect(failover.children).toEqual([names[4]]);
  });

  it("lets it go when it does not need it any more, or its link is lost", () => {
    const { asks, told, lose } = memberAt(3);
    for (const end of [() => asks(4, false), () => lose(4)]) {
      asks(4, true);
      end();
      end();
      expect(told()).toEqual(["take in 4", "release 4"]);
    }
  });

  it("by the very one that it has asked hangs below it only if it comes later", async () => {
    const earlier = memberAt(1);
    const later = memberAt(2);
    for (const { lose } of [earlier, later]) lose(0);
    await Promise.all([earlier.clock.advance(2_000), later.clock.advance(2_000)]);
    expect(earlier.told()).toEqual(["turn to nobody", "ask 2", "turn to 2"]);
    expect(later.told()).toEqual(["turn to nobody", "ask 1", "turn to 1"]);
    earlier.asks(2, true);
    later.asks(1, true);
    expect(earlier.told()).toEqual(["leave 2", "turn to nobody", "take in 2"]);
    later.asks(1, false);
    expect(later.told()).toEqual([]);
  });
});
