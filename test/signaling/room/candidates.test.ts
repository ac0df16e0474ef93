import { describe, expect, it } from "vitest";
import { configText, defaultConfig } from "../../../shared/run/config.ts";
import { hashOf, helloOf, peerName, roomHarness, tipAt } from "./room-harness.ts";

describe("the only member", () => {
  it("keeps its place for 45 s when its socket is gone and nobody has what it has, and finds the observer that waits", () => {
    const room = roomHarness();
    room.gather(1, { startAt: 1 });
    room.commit(0, 7);
    room.lose(0);
    room.enter(1);
    room.pass(44_000);
    expect(room.members()).toEqual([0]);
    expect(room.last(1, "roster")?.donor).toBeNull();
    room.handle({ kind: "connected", connection: "c0" });
    room.say(0, helloOf(0, { tip: tipAt(7) }));
    expect(room.last(1, "roster")?.donor).toBe(peerName(0));
    room.pass(5_000);
    expect(room.members()).toContain(0);
  });

  it("is followed at once by one that stands where it stood", () => {
    const room = roomHarness();
    const config = room.gather(2, { startAt: 1 });
    room.commit(0, 7);
    room.ready(1, config, 7);
    room.lose(0);
    room.pass(3_000);
    expect(room.members()).toEqual([1]);
  });

  it("is not followed by one whose last round is of another chain, though it has as many", () => {
    const room = roomHarness();
    const config = room.gather(2, { startAt: 1 });
    const { version } = room.room.view();
    for (const round of [7, 8]) room.commit(0, round);
    const digest = hashOf(configText(config));
    room.standsAt(1, null);
    const elsewhere = { kind: "ready", digest, tip: tipAt(7, [version[0], version[1] - 1]) } as const;
    room.say(1, { ...elsewhere, promise: [version[0], version[1]] });
    room.lose(0);
    room.pass(3_000);
    room.say(1, { ...elsewhere, promise: [version[0], version[1]] });
    room.pass(3_000);
    expect(room.members()).toContain(0);
  });

  it("keeps its place though it reported no round, since it may have some: a newcomer has none", () => {
    const room = roomHarness();
    const config = { ...defaultConfig, startAt: 1 };
    room.enter(0, { config });
    room.ready(0, config);
    room.pass(1_000);
    room.lose(0);
    room.enter(1, { config });
    room.ready(1, config);
    room.pass(40_000);
    expect(room.members()).toEqual([0]);
    expect(room.last(1, "waiting")?.what).toContain("they may have rounds that nobody here has");
    room.pass(13_000);
    expect(room.members()).toEqual([1]);
  });
});

describe("members who may have been the last to know some rounds", () => {
  it("keep their places while nobody who is here has them, and the others are asked where they stand", () => {
    const room = roomHarness();
    room.gather(4);
    room.commit(0, 7);
    for (const i of [2, 3]) room.standsAt(i, 5);
    room.lose(0);
    expect(room.last(3, "status-request")).toBeUndefined();
    room.lose(1);
    expect(room.last(3, "status-request")).toBeDefined();
    room.pass(44_000);
    expect(room.members()).toEqual([0, 1, 2, 3]);
    room.pass(2_000);
    expect([...room.members()].sort()).toEqual([2, 3]);
  });

  it("are asked for, too, when they become half of those who are left because somebody leaves politely", () => {
    const room = roomHarness();
    room.gather(3);
    room.commit(0, 7);
    room.lose(1);
    expect(room.last(2, "status-request")).toBeUndefined();
    room.say(0, { kind: "leave" });
    expect(room.last(2, "status-request")).toBeDefined();
  });

  it("lose them after the usual 6 s where one of the others says that it has all that is confirmed", () => {
    const room = roomHarness();
    room.gather(4);
    room.commit(0, 7);
    room.standsAt(2, 5);
    room.standsAt(3, 6);
    room.lose(0);
    room.lose(1);
    room.pass(7_000);
    expect(room.members()).toEqual([3, 2]);
  });

  it("are not the ones to go if two of them cannot reach each other and only one of the two has the rounds", () => {
    const room = roomHarness();
    room.gather(2);
    room.commit(0, 7);
    room.standsAt(1, 0);
    room.say(1, { kind: "report", peer: peerName(0), loss: "unopened", reason: "ICE failed" });
    room.pass(5_000);
    expect(room.members()).toEqual([0]);
  });
});

describe("the next root", () => {
  it("is one that has the run's rounds, wherever it stood", () => {
    const room = roomHarness();
    room.gather(5);
    room.commit(0, 7);
    for (const i of [1, 2, 4]) room.standsAt(i, 3);
    room.say(0, { kind: "leave" });
    room.pass(5_000);
    expect(room.members()[0]).toBe(3);
    expect([...room.members()].sort()).toEqual([1, 2, 3, 4]);
  });

  it("is the most advanced of those who answer where a root is gone without a word: it may have been unable to report", () => {
    const room = roomHarness();
    room.gather(5);
    room.commit(0, 7);
    for (const i of [1, 2, 4]) room.standsAt(i, 7);
    room.standsAt(3, 9);
    room.lose(0);
    room.pass(5_000);
    expect(room.members()[0]).toBe(3);
    room.commit(3, 10);
    room.say(3, { kind: "leave" });
    room.pass(3_000);
    expect(room.members()[0]).not.toBe(3);
  });

  it("has the rounds of a member that said when it left how far it was", () => {
    const room = roomHarness();
    room.gather(5);
    room.commit(0, 7);
    for (const i of [1, 2, 3]) room.standsAt(i, 7);
    room.standsAt(4, 12);
    room.lose(0);
    room.say(1, { kind: "leave", tip: tipAt(12) });
    room.pass(5_000);
    expect(room.members()[0]).toBe(4);
  });

  it("is waited for while one that may have the rounds does not answer, and is the most advanced if none has them", () => {
    const room = roomHarness();
    room.gather(5);
    room.commit(0, 7);
    for (const i of [1, 2, 3]) room.standsAt(i, i);
    room.standsAt(4, null);
    room.say(0, { kind: "leave" });
    room.pass(40_000);
    expect(room.members()[0]).toBe(0);
    room.standsAt(4, 4);
    room.ready(4, defaultConfig, 4);
    room.pass(1_000);
    expect(room.members()[0]).toBe(4);
    expect(room.room.view().tip?.round).toBe(4);
  });
});
