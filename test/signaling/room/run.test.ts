import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../../shared/run/config.ts";
import { roomHarness, tipAt } from "./room-harness.ts";

describe("a run", () => {
  it("begins when enough members are in, and not by itself again once it was paused", () => {
    const room = roomHarness();
    room.gather(2, { startAt: 3 });
    expect(room.last(0, "roster")?.running).toBe(false);
    room.enter(2);
    room.ready(2, { ...defaultConfig, startAt: 3 });
    room.pass(5_000);
    expect(room.last(0, "roster")?.running).toBe(true);
    room.say(1, { kind: "control", running: false });
    room.pass(50);
    expect(room.last(2, "roster")?.running).toBe(false);
    room.enter(3);
    room.ready(3, { ...defaultConfig, startAt: 3 });
    room.pass(5_000);
    expect(room.last(3, "roster")?.running).toBe(false);
    expect(room.members()).toEqual([0, 1, 2, 3]);
  });

  it("can be started before enough members are in, by a member and by nobody else", () => {
    const room = roomHarness();
    room.gather(1, { startAt: 9 });
    room.enter(5);
    room.say(5, { kind: "control", running: true });
    room.pass(5_000);
    expect(room.room.view().running).toBe(false);
    room.say(0, { kind: "control", running: true });
    room.pass(50);
    expect(room.last(5, "roster")?.running).toBe(true);
  });

  it("that is paused tells everybody by whom before its roster, those who come later, too, and nothing of it once it runs", () => {
    const room = roomHarness();
    const config = room.gather(2, { startAt: 1 });
    expect(room.last(0, "paused")).toBeUndefined();
    room.say(1, { kind: "control", running: false });
    room.pass(50);
    const by = room.last(0, "roster")?.members[1];
    room.enter(2);
    room.ready(2, config);
    room.pass(5_000);
    for (const i of [0, 1, 2]) {
      expect(room.last(i, "paused")).toEqual({ kind: "paused", by });
      const kinds = room.hear(i).map(({ kind }) => kind);
      expect(kinds.lastIndexOf("paused")).toBeLessThan(kinds.lastIndexOf("roster"));
    }
    room.say(0, { kind: "control", running: true });
    room.pass(50);
    for (const i of [0, 1, 2]) expect(room.hear(i).at(-1)).toMatchObject({ kind: "roster", running: true });
  });

  it("lets changes wait for the root's commit", () => {
    const room = roomHarness();
    room.gather(3);
    const before = room.room.view().version;
    room.lose(2);
    room.pass(1_000);
    expect(room.room.view().version).toEqual(before);
    room.commit(0, 1);
    expect(room.members()).toEqual([0, 1]);
  });

  it("asks to be woken again when it is woken too early", () => {
    const room = roomHarness();
    room.gather(3);
    room.lose(2);
    expect(room.handle({ kind: "tick" })).toEqual([{ kind: "wake", at: 8_000 }]);
  });

  it("lets changes wait no longer than the pace", () => {
    const room = roomHarness();
    room.gather(3);
    room.lose(2);
    room.pass(2_999);
    expect(room.members()).toEqual([0, 1, 2]);
    room.pass(1);
    expect(room.members()).toEqual([0, 1]);
  });

  it("does not wait for a commit that cannot come because half of its members have left", () => {
    const room = roomHarness();
    room.gather(2);
    room.commit(0, 7);
    room.say(1, { kind: "leave", tip: tipAt(7) });
    room.pass(100);
    expect(room.members()).toEqual([0]);
  });

  it("does not wait when the root is gone", () => {
    const room = roomHarness();
    room.gather(3);
    room.lose(0);
    room.pass(50);
    expect(room.members()).toEqual([2, 1]);
  });

  it("hears of commits from its root only, and not from a version that does not exist", () => {
    const room = roomHarness();
    room.gather(3);
    room.commit(1, 5);
    room.say(0, { kind: "committed", tip: tipAt(9, [1_000, 99]) });
    expect(room.room.view().tip).toBeNull();
    expect(room.counters.dropped).toBe(2);
    room.commit(0, 4);
    expect(room.room.view().tip?.round).toBe(4);
  });

  it("admits who is at most eight rounds behind, and lets others watch until they are", () => {
    const room = roomHarness();
    room.gather(2);
    room.commit(0, 100);
    room.enter(7);
    room.ready(7, defaultConfig, 91);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1]);
    expect(room.last(7, "roster")?.donor).not.toBeNull();
    room.ready(7, defaultConfig, 92);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1, 7]);
  });

  it("is carried on by the most advanced of those who watch when all members have left", () => {
    const room = roomHarness();
    room.gather(1, { startAt: 1 });
    const config = { ...defaultConfig, startAt: 1 };
    room.commit(0, 100);
    for (const [i, round] of [
      [5, 2],
      [6, 40],
      [7, 36],
    ] as const) {
      room.enter(i);
      room.standsAt(i, round);
      room.ready(i, config, round);
    }
    room.say(0, { kind: "leave" });
    room.pass(5_000);
    expect(room.members()).toEqual([6, 7]);
  });

  it("keeps the places of half a roster that vanishes at once for six seconds", () => {
    const room = roomHarness();
    room.gather(6);
    for (const i of [0, 2, 4]) room.lose(i);
    room.pass(5_999);
    expect(room.members()).toEqual([0, 1, 2, 3, 4, 5]);
    room.pass(1);
    expect(room.members()).toEqual([5, 1, 3]);
  });
});
