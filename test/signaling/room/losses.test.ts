import { describe, expect, it } from "vitest";
import { configText } from "../../../shared/run/config.ts";
import { neighborsOf } from "../../../shared/signaling/roster/placement.ts";
import { hashOf, helloOf, peerName, roomHarness, tipAt } from "./room-harness.ts";

describe("a link that does not open, or stays closed", () => {
  const unopened = (to: number) => ({ kind: "report", peer: peerName(to), loss: "unopened", reason: "ICE failed" }) as const;
  const closed = (to: number) => ({ kind: "report", peer: peerName(to), loss: "closed", reason: "ICE failed" }) as const;

  it.each([unopened, closed])("parts the two peers in the next roster, and both stay members", (lost) => {
    const room = roomHarness();
    room.gather(5);
    room.say(3, lost(1));
    room.pass(5_000);
    const members = room.members();
    expect([...members].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(neighborsOf(members.map(peerName), peerName(1), "heap")).not.toContain(peerName(3));
  });

  it("is believed of either side, even if only one has tried: an observer's donor is not made its child", () => {
    const room = roomHarness();
    const config = room.gather(2, { startAt: 1 });
    room.enter(2, { config });
    room.say(2, unopened(0));
    room.ready(2, config);
    room.pass(3_000);
    expect([...room.members()].sort()).toEqual([0, 1, 2]);
    room.say(1, { kind: "leave" });
    room.pass(3_000);
    expect(room.members()).toHaveLength(1);
  });

  it("makes an observer of a peer for which there is no place, and tells it what to do", () => {
    const room = roomHarness();
    room.gather(2);
    room.say(1, unopened(0));
    room.pass(5_000);
    expect(room.members()).toEqual([0]);
    expect(room.last(1, "notice")?.text).toContain("--ice");
    room.ready(1);
    room.pass(5_000);
    expect(room.members()).toEqual([0]);
    expect(room.hear(1).filter(({ kind }) => kind === "notice")).toHaveLength(1);
  });

  it("lets such a peer in again once somebody comes who may reach it", () => {
    const room = roomHarness();
    room.gather(2);
    room.say(1, unopened(0));
    room.pass(5_000);
    room.enter(2);
    room.ready(2);
    room.pass(5_000);
    room.ready(1);
    room.pass(5_000);
    expect(room.members()).toEqual([2, 0, 1]);
  });

  it("lets such a peer in again when the one that it could not reach has a new connection", () => {
    const room = roomHarness();
    const config = room.gather(2);
    room.say(1, unopened(0));
    room.pass(5_000);
    room.handle({ kind: "connected", connection: "c0b", session: "" });
    room.lose(0);
    room.handle({ kind: "message", connection: "c0b", message: helloOf(0) });
    room.handle({
      kind: "message",
      connection: "c0b",
      message: { kind: "ready", digest: hashOf(configText(config)), tip: tipAt(0) },
    });
    room.pass(5_000);
    room.ready(1);
    room.pass(5_000);
    expect(room.members()).toContain(1);
  });

  it("is the fault of the peer that could not reach four others, which only watches until a belief in one of them has ended", () => {
    const room = roomHarness();
    room.gather(20);
    for (let tries = 0; tries < 4; tries += 1) {
      const members = room.members();
      room.say(19, unopened(members[(members.indexOf(19) - 1) >> 1]!));
      room.commit(members[0]!, tries + 1);
      room.pass(3_000);
    }
    expect(room.members()).not.toContain(19);
    expect(room.members()).toHaveLength(19);
    expect(room.last(19, "notice")?.text).toContain("4 peers");
    expect(room.last(19, "roster")?.donor).toBeNull();
    room.ready(19);
    room.pass(5_000);
    expect(room.members()).not.toContain(19);
    room.pass(20_000);
    expect(room.members()).toContain(19);
  });

  it("once more after that is believed for twice as long", () => {
    const room = roomHarness();
    room.gather(2);
    room.say(1, unopened(0));
    room.pass(19_000);
    expect(room.members()).toEqual([0]);
    room.pass(4_000);
    expect(room.members()).toEqual([0, 1]);
    room.say(1, unopened(0));
    room.pass(39_000);
    expect(room.members()).toEqual([0]);
    room.pass(4_000);
    expect(room.members()).toEqual([0, 1]);
  });

  it("gives an observer another donor each time, until four have failed", () => {
    const room = roomHarness();
    room.gather(8);
    room.enter(30);
    const donors = new Set<string>();
    for (let tries = 0; tries < 4; tries += 1) {
      const donor = room.last(30, "roster")!.donor!;
      donors.add(donor);
      room.say(30, { kind: "report", peer: donor, loss: "unopened", reason: "" });
    }
    expect(donors.size).toBe(4);
    expect(room.last(30, "roster")?.donor).toBeNull();
    expect(room.last(30, "notice")).toBeDefined();
  });

  it("is not believed of a peer that is no neighbor", () => {
    const room = roomHarness();
    room.gather(8);
    room.say(7, unopened(2));
    expect(room.counters.dropped).toBe(1);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("moves the one that more others complain about, be it the root", () => {
    const room = roomHarness();
    room.gather(7);
    room.say(1, closed(0));
    room.say(2, closed(0));
    room.pass(5_000);
    expect(room.members()).toEqual([6, 1, 5, 3, 4, 2, 0]);
  });

  it("of observers who reach nobody are no blame of their donors", () => {
    const room = roomHarness();
    room.gather(3);
    room.commit(0, 7);
    for (let i = 10; i < 18; i += 1) {
      room.enter(i);
      for (let tries = 0; tries < 4; tries += 1) {
        const donor = room.last(i, "roster")?.donor;
        if (donor != null) room.say(i, { kind: "report", peer: donor, loss: "unopened", reason: "ICE failed" });
      }
    }
    room.say(1, { kind: "report", peer: peerName(0), loss: "closed", reason: "ICE failed" });
    room.pass(5_000);
    // Of the two that have lost each other one has no place for now, as if nobody had come.
    expect(room.members()).toEqual([0, 2]);
  });
});
