import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../../shared/run/config.ts";
import { peerName, roomHarness } from "./room-harness.ts";

describe("a roster", () => {
  it("has those who are ready in the order in which they came, and goes out once for all who come together", () => {
    const room = roomHarness();
    room.gather(1_000, { startAt: 1_000 });
    expect(room.members()).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect(room.broadcasts()).toBe(1);
    expect(room.rosters(999)).toHaveLength(1);
  });

  it("lets the last member move into the gap that another leaves", () => {
    const room = roomHarness();
    room.gather(6, { startAt: 99 });
    room.say(1, { kind: "leave" });
    room.pass(5_000);
    expect(room.members()).toEqual([0, 5, 2, 3, 4]);
    expect(room.isClosed(1)).toBe(true);
  });

  it("tells an observer which member would be its parent", () => {
    const room = roomHarness();
    room.gather(4, { startAt: 99 });
    room.enter(8);
    expect(room.last(8, "roster")?.donor).toBe(peerName(1));
    expect(room.last(8, "roster")?.observers).toBe(1);
    expect(room.last(0, "roster")?.donor).toBeNull();
  });

  it("spreads observers who come together over several donors", () => {
    const room = roomHarness();
    room.gather(8, { startAt: 99 });
    for (let i = 10; i < 18; i += 1) room.enter(i);
    const donors = new Set(Array.from({ length: 8 }, (_, i) => room.last(10 + i, "roster")?.donor));
    expect(donors.size).toBeGreaterThanOrEqual(4);
  });

  it("gives an observer another donor when its own leaves", () => {
    const room = roomHarness();
    room.gather(4, { startAt: 99 });
    room.enter(8);
    room.say(1, { kind: "leave" });
    room.pass(5_000);
    const roster = room.last(8, "roster");
    expect(roster?.members.map(({ peer }) => peer)).toContain(roster?.donor);
    expect(roster?.donor).not.toBe(peerName(1));
  });

  it("goes to members who were there and to those who came late alike", () => {
    const room = roomHarness();
    room.gather(3, { startAt: 99 });
    room.enter(7);
    room.ready(7, { ...defaultConfig, startAt: 99 });
    room.pass(5_000);
    const versions = [0, 1, 2, 7].map((i) => room.last(i, "roster")?.version);
    for (const version of versions) expect(version).toEqual(room.room.view().version);
    expect(room.members()).toEqual([0, 1, 2, 7]);
  });

  it("is the same version to a peer that comes back before its place was given away", () => {
    const room = roomHarness();
    room.gather(3);
    const { version } = room.room.view();
    room.lose(2);
    room.pass(500);
    room.enter(2);
    room.ready(2);
    room.pass(10_000);
    expect(room.members()).toEqual([0, 1, 2]);
    expect(room.room.view().version).toEqual(version);
  });
});

describe("a newcomer", () => {
  it("is in step if it stands where the run stood 2 s ago, however many rounds that is", () => {
    const room = roomHarness();
    const config = room.gather(1, { startAt: 1 });
    room.enter(1, { config });
    for (let round = 1; round <= 60; round += 1) {
      room.commit(0, round);
      room.pass(100);
    }
    room.ready(1, config, 20);
    room.pass(3_000);
    expect(room.members()).toEqual([0]);
    room.ready(1, config, 41);
    room.pass(3_000);
    expect(room.members()).toEqual([0, 1]);
  });
});
