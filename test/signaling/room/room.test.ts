import { describe, expect, it } from "vitest";
import { configText, defaultConfig } from "../../../shared/run/config.ts";
import { hashOf, helloOf, peerName, roomHarness, runOf, tipAt } from "./room-harness.ts";

describe("a room's run", () => {
  it("is that of the first hello, which every later welcome repeats", () => {
    const room = roomHarness();
    room.enter(0, { config: { ...defaultConfig, rate: 0.125 } });
    room.enter(1);
    expect(room.last(1, "welcome")?.description).toEqual(runOf({ ...defaultConfig, rate: 0.125 }));
    expect(room.last(0, "welcome")?.description).toEqual(room.last(1, "welcome")?.description);
  });

  it("is what the first hello would begin where it insists on none", () => {
    const room = roomHarness();
    room.enter(0);
    expect(room.last(0, "welcome")?.description).toEqual(runOf(defaultConfig));
  });

  it("refuses a later hello that insists on another, and says which is the room's", () => {
    const room = roomHarness();
    room.enter(0, { config: defaultConfig });
    room.enter(1, { config: { ...defaultConfig, rate: 0.7 } });
    expect(room.last(1, "refused")).toEqual({
      kind: "refused",
      reason: "this room trains another configuration",
      room: runOf(defaultConfig),
    });
    expect(room.isClosed(1)).toBe(true);
  });

  it("refuses a ready with another hash, and the peer is gone", () => {
    const room = roomHarness();
    room.enter(0);
    room.say(0, { kind: "ready", digest: "0".repeat(32), tip: tipAt(0) });
    expect(room.last(0, "refused")?.reason).toContain("expected the run with digest");
    expect(room.room.isEmpty(0)).toBe(true);
  });
});

describe("entering a room", () => {
  it("gives seats from 0 upwards, and a peer that comes back its own again", () => {
    const room = roomHarness();
    for (const i of [0, 1, 2]) room.enter(i);
    room.lose(1);
    room.enter(1);
    expect([0, 1, 2].map((i) => room.last(i, "welcome")?.seat)).toEqual([0, 1, 2]);
  });

  it("refuses a name that is in use", () => {
    const room = roomHarness();
    room.enter(0);
    room.handle({ kind: "connected", connection: "c7" });
    room.say(7, helloOf(0));
    expect(room.last(7, "refused")?.reason).toContain("in this room already");
    expect(room.isClosed(0)).toBe(false);
  });

  it("lets a new connection with the same session take over, in place, from one that is dead", () => {
    const room = roomHarness();
    room.enter(0, {}, "secret");
    room.ready(0);
    room.enter(1);
    room.ready(1);
    room.pass(5_000);
    room.handle({ kind: "connected", connection: "c7", session: "secret" });
    room.say(7, helloOf(0));
    expect(room.isClosed(0)).toBe(true);
    room.ready(7);
    room.lose(0);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1]);
    expect(room.last(7, "roster")?.members[0]?.peer).toBe(peerName(0));
  });

  it("leaves a name with the secret that it came with, though its peer is away and its place given up", () => {
    const room = roomHarness();
    for (const i of [0, 1, 2]) {
      room.enter(i, {}, `secret ${i}`);
      room.ready(i);
    }
    room.pass(5_000);
    room.lose(2);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1]);
    room.handle({ kind: "connected", connection: "c7", session: "secret 7" });
    room.say(7, helloOf(2));
    expect(room.last(7, "refused")?.reason).toContain("in this room already");
    room.enter(2, {}, "secret 2");
    expect(room.last(2, "welcome")?.seat).toBe(2);
    expect(room.last(2, "refused")).toBeUndefined();
  });

  it("leaves a seat with the secret that it came with, whoever says that it was his", () => {
    const room = roomHarness();
    for (const i of [0, 1, 2]) {
      room.enter(i, {}, `secret ${i}`);
      room.ready(i);
    }
    room.pass(5_000);
    room.lose(1);
    room.pass(5_000);
    room.enter(7, { previousPlace: { seat: 1, position: null, members: 3, version: [1_000, 1] } }, "secret 7");
    expect(room.last(7, "welcome")?.seat).toBe(3);
    room.enter(1, { previousPlace: { seat: 1, position: 1, members: 3, version: [1_000, 1] } }, "secret 1");
    expect(room.last(1, "welcome")?.seat).toBe(1);
  });

  it("says beside a refusal whether it may be tried again, and where that is so, not in the refusal: older clients read it, too", () => {
    const room = roomHarness({ maxPeers: 1 });
    room.enter(0, { config: defaultConfig });
    room.enter(1);
    expect(room.hear(1).map(({ kind }) => kind)).toEqual(["later", "refused"]);
    expect(Object.keys(room.last(1, "refused")!)).toEqual(["kind", "reason"]);
    room.enter(2, { config: { ...defaultConfig, rate: 0.7 } });
    expect(room.hear(2).map(({ kind }) => kind)).toEqual(["later", "refused"]);
    room.lose(0);
    room.enter(3, { config: defaultConfig });
    room.say(3, { kind: "ready", digest: "0".repeat(32), tip: tipAt(0) });
    expect(room.hear(3).map(({ kind }) => kind)).toEqual(["welcome", "refused"]);
  });

  it("refuses the peer that is one too many", () => {
    const room = roomHarness({ maxPeers: 2 });
    for (const i of [0, 1, 2]) room.enter(i);
    expect(room.last(2, "refused")?.reason).toContain("full");
    room.lose(0);
    room.enter(3);
    expect(room.last(3, "welcome")).toBeDefined();
  });

  it("drops and counts what comes before hello, and a second hello", () => {
    const room = roomHarness();
    room.handle({ kind: "connected", connection: "c0" });
    room.say(0, { kind: "control", running: true });
    room.say(0, helloOf(0));
    room.say(0, helloOf(0));
    room.say(9, helloOf(9));
    expect(room.counters.dropped).toBe(3);
    expect(room.hear(9)).toEqual([]);
  });
});

describe("a peer that restarted", () => {
  const comeback = (seat: number) => ({ seat, position: null, members: 3, version: [1_000, 1] as [number, number] });

  it("has a new name and its old seat, though the server does not know yet that its old connection is dead", () => {
    const room = roomHarness();
    for (const i of [0, 1, 2]) {
      room.enter(i, {}, `secret ${i}`);
      room.ready(i);
    }
    room.pass(5_000);
    room.commit(0, 3);
    room.handle({ kind: "connected", connection: "c7", session: "secret 1" });
    room.say(7, helloOf(7, { tip: tipAt(3), previousPlace: comeback(1) }));
    room.ready(7, defaultConfig, 3);
    expect(room.last(7, "welcome")?.seat).toBe(1);
    expect(room.isClosed(1)).toBe(true);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 7, 2]);
  });

  it("has its old seat though its place is gone, if nobody else has it", () => {
    const room = roomHarness();
    room.gather(3);
    room.lose(1);
    room.pass(5_000);
    room.enter(7, { tip: tipAt(3), previousPlace: comeback(1) });
    expect(room.last(7, "welcome")?.seat).toBe(1);
    room.enter(1);
    expect(room.last(1, "welcome")?.seat).toBe(3);
  });

  it("takes nobody's seat who is here", () => {
    const room = roomHarness();
    room.gather(3);
    room.enter(7, { tip: tipAt(3), previousPlace: comeback(1) });
    expect(room.last(7, "welcome")?.seat).toBe(3);
  });

  it("is not waited for under its old name once all are back, and is while others are away", () => {
    const room = roomHarness();
    for (const i of [0, 1]) {
      room.enter(i, {}, `secret ${i}`);
      room.ready(i);
    }
    room.pass(5_000);
    room.commit(0, 40);
    room.standsAt(8, 38);
    room.standsAt(9, 39);
    for (const i of [0, 1]) room.lose(i);
    room.enter(8, { tip: tipAt(38), previousPlace: comeback(0) }, "secret 0");
    room.ready(8, defaultConfig, 38);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1]);
    room.enter(9, { tip: tipAt(39), previousPlace: comeback(1) }, "secret 1");
    room.ready(9, defaultConfig, 39);
    room.pass(100);
    expect(room.members()).toEqual([9]);
  });
});

describe("a member that can give nothing under the version in force", () => {
  it("gets a new version of the same roster when it says so, once", () => {
    const room = roomHarness();
    const config = room.gather(3);
    room.commit(0, 7);
    const [epoch, counter] = room.room.view().version;
    room.say(2, { kind: "ready", digest: hashOf(configText(config)), tip: tipAt(7), needsRoster: true });
    room.pass(5_000);
    expect(room.room.view().version).toEqual([epoch, counter + 1]);
    expect(room.members()).toEqual([0, 1, 2]);
    room.ready(2, config, 7);
    room.pass(5_000);
    expect(room.room.view().version).toEqual([epoch, counter + 1]);
  });
});

describe("a signal", () => {
  it("reaches the peer that it is for, with its sender's name, and nobody else", () => {
    const room = roomHarness();
    room.gather(3);
    room.say(0, { kind: "signal", to: peerName(2), data: "offer" });
    expect(room.last(2, "signal")).toEqual({ kind: "signal", from: peerName(0), data: "offer" });
    expect(room.last(1, "signal")).toBeUndefined();
  });

  it("to a peer that is not here is dropped and counted", () => {
    const room = roomHarness();
    room.gather(2);
    room.say(0, { kind: "signal", to: peerName(77), data: "offer" });
    expect(room.counters.dropped).toBe(1);
  });
});

describe("a last word that comes beside the connection", () => {
  it("makes a peer leave politely, though its connection is gone already, if it has the peer's secret", () => {
    const room = roomHarness();
    for (const i of [0, 1, 2, 3]) {
      room.enter(i, { config: { ...defaultConfig, startAt: 4 } }, i === 1 ? "" : `secret ${i}`);
      room.ready(i, { ...defaultConfig, startAt: 4 });
    }
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1, 2, 3]);
    room.lose(2);
    room.handle({ kind: "left", peer: peerName(2), session: "secret 2" });
    room.handle({ kind: "left", peer: peerName(3), session: "secret 3" });
    room.handle({ kind: "left", peer: peerName(0), session: "secret 2" });
    room.handle({ kind: "left", peer: peerName(7), session: "secret 2" });
    room.pass(5_500);
    expect(room.members()).toEqual([0, 1]);
    expect([2, 3].map(room.isClosed)).toEqual([false, true]);
    expect(room.counters.dropped).toBe(2);
  });
});
