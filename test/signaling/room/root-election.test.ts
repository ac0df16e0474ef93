import { describe, expect, it } from "vitest";
import { configText, defaultConfig } from "../../../shared/run/config.ts";
import { hashOf, helloOf, peerName, roomHarness, tipAt } from "./room-harness.ts";

const digest = hashOf(configText(defaultConfig));
const unopened = (to: number) => ({ kind: "report", peer: peerName(to), loss: "unopened", reason: "ICE failed" }) as const;

describe("a root that is replaced without its word", () => {
  it("is so once half of its roster has promised to give nothing more under it: to say where one stands is not enough", () => {
    const room = roomHarness();
    room.gather(4);
    room.commit(0, 7);
    for (const i of [1, 2, 3]) room.standsAt(i, null);
    room.lose(0);
    room.pass(1_000);
    const version = room.room.view().version;
    for (const i of [1, 2, 3]) {
      expect(room.last(i, "status-request")?.prepare).toEqual(version);
      room.say(i, { kind: "ready", digest, tip: tipAt(7) });
    }
    room.pass(1_000);
    expect(room.members()[0]).toBe(0);
    for (const i of [1, 2]) room.ready(i, defaultConfig, 7);
    room.pass(1_000);
    expect(room.members()[0]).not.toBe(0);
    expect(room.room.view().version[1]).toBeGreaterThan(version[1]);
  });

  it("is waited for where those of its roster are away who were taken out of the next: they may go on with it", () => {
    const room = roomHarness();
    room.gather(3);
    room.commit(0, 7);
    room.lose(1);
    room.pass(3_500);
    expect(room.members()).toEqual([0, 2]);
    room.standsAt(2, 7);
    room.lose(0);
    room.pass(44_000);
    expect(room.members()).toEqual([0, 2]);
    room.standsAt(1, 9);
    room.handle({ kind: "connected", connection: "c1" });
    room.say(1, helloOf(1, { tip: tipAt(9) }));
    room.ready(1, defaultConfig, 9);
    room.pass(1_000);
    expect(room.members()[0]).toBe(1);
  });
});

describe("a peer that was asked to promise, and lost its connection with the question in it", () => {
  it("is asked again when it is back, so that nobody waits for its answer", () => {
    const room = roomHarness();
    room.gather(3);
    room.commit(0, 7);
    for (const i of [0, 2]) room.standsAt(i, null);
    room.lose(0);
    room.pass(100);
    room.lose(2);
    room.pass(700);
    room.handle({ kind: "connected", connection: "c2" });
    room.say(2, helloOf(2, { tip: tipAt(7) }));
    room.standsAt(2, 7);
    room.say(2, { kind: "ready", digest, tip: tipAt(7) });
    room.pass(1_000);
    expect([...room.members()].sort()).toEqual([1, 2]);
  });

  it("is not waited for as the one that it was, where its new connection comes before the end of the old", () => {
    const room = roomHarness();
    for (const i of [0, 1, 2]) {
      room.enter(i, {}, `secret ${i}`);
      room.ready(i);
    }
    room.pass(5_000);
    room.commit(0, 7);
    room.standsAt(1, 3);
    room.standsAt(2, null);
    room.say(0, { kind: "leave" });
    room.pass(100);
    room.handle({ kind: "connected", connection: "c7", session: "secret 2" });
    room.handle({ kind: "message", connection: "c7", message: helloOf(2, { tip: tipAt(3) }) });
    room.handle({ kind: "message", connection: "c7", message: { kind: "ready", digest, tip: tipAt(3), promise: [1_000, 1] } });
    room.pass(2_000);
    expect([...room.members()].sort()).toEqual([1, 2]);
  });
});

describe("rounds that nobody who is here has", () => {
  it("are waited for while a member that was dismissed may have them, though all others have answered", () => {
    const room = roomHarness();
    room.gather(3);
    room.commit(0, 7);
    room.standsAt(1, 3);
    room.standsAt(2, 7);
    room.lose(0);
    room.pass(100);
    expect(room.members()).toEqual([2, 1]);
    room.say(2, { kind: "leave" });
    room.pass(40_000);
    expect(room.members()).toEqual([2, 1]);
    room.enter(0, { tip: tipAt(7) });
    room.ready(0, defaultConfig, 7);
    room.pass(5_000);
    expect(room.members()[0]).toBe(0);
  });

  it.each([
    ["was dismissed", true],
    ["was asked for them and did not answer", false],
  ])("are waited for until a member that %s, and is connected again, says where it stands", (_, isDismissed) => {
    const room = roomHarness();
    room.gather(3);
    room.commit(0, 7);
    room.standsAt(1, 3);
    room.standsAt(2, isDismissed ? 7 : null);
    const [back, gone] = isDismissed ? [0, 2] : [2, 0];
    if (isDismissed) room.lose(back);
    room.pass(3_500);
    room.say(gone, { kind: "leave" });
    room.pass(1_000);
    if (!isDismissed) room.lose(back);
    const before = room.members();
    expect(before).toContain(gone);
    room.enter(back, { tip: tipAt(7) });
    room.pass(30_000);
    expect(room.members()).toEqual(before);
    room.standsAt(back, 7);
    room.ready(back, defaultConfig, 7);
    room.pass(5_000);
    expect(room.members()[0]).toBe(back);
  });

  it("are waited for while one may have them that had lost its place in the tree, and then its connection", () => {
    const room = roomHarness();
    room.gather(2);
    room.commit(0, 7);
    room.standsAt(1, 7);
    room.standsAt(5, 0);
    room.say(1, unopened(0));
    room.pass(3_500);
    room.enter(5);
    room.ready(5);
    room.pass(3_500);
    expect(room.members()).toEqual([0, 5]);
    room.lose(1);
    room.pass(1_000);
    room.say(0, { kind: "leave" });
    room.pass(30_000);
    expect(room.members()).toEqual([0, 5]);
    room.enter(1, { tip: tipAt(7) });
    room.ready(1, defaultConfig, 7);
    room.pass(5_000);
    expect(room.members()[0]).toBe(1);
  });

  it("are not forgotten where the last member leaves, and the only one that is here has not said where it stands", () => {
    const room = roomHarness();
    room.gather(3);
    room.commit(0, 7);
    for (const i of [1, 2]) room.standsAt(i, 7);
    room.standsAt(5, 0);
    room.lose(0);
    room.pass(3_500);
    room.say(2, { kind: "leave" });
    room.pass(3_500);
    expect(room.members()).toEqual([1]);
    room.enter(5);
    room.say(1, { kind: "leave" });
    room.pass(1_000);
    room.ready(5);
    room.pass(30_000);
    expect(room.room.view().tip?.round).toBe(7);
    expect(room.members()).toEqual([1]);
    room.standsAt(0, 7);
    room.enter(0, { tip: tipAt(7) });
    room.ready(0, defaultConfig, 7);
    room.pass(5_000);
    expect(room.members()[0]).toBe(0);
  });

  it("are given up 45 s after the question where a member is connected again and never says where it stands", () => {
    const room = roomHarness();
    room.gather(3);
    room.commit(0, 7);
    room.standsAt(1, 3);
    room.standsAt(2, 7);
    room.lose(0);
    room.pass(3_500);
    room.say(2, { kind: "leave" });
    room.enter(0, { tip: tipAt(7) });
    room.pass(44_000);
    expect(room.members()).toEqual([2, 1]);
    room.pass(2_000);
    expect(room.members()).toEqual([1]);
  });
});

describe("a member that is back under another name, with what it had saved", () => {
  /** Members 0 … count−1 with secrets; 1 was dismissed while it was away, and may go on with the root by their link. */
  function dismissedOf(count: number) {
    const room = roomHarness();
    for (let i = 0; i < count; i += 1) {
      room.enter(i, {}, `secret ${i}`);
      room.ready(i);
    }
    room.pass(5_000);
    room.commit(0, 20);
    room.lose(1);
    room.pass(3_500);
    expect(room.members()).not.toContain(1);
    return room;
  }

  it.each([
    [3, "half of its roster together with another"],
    [2, "all that is left of its roster"],
  ])("does not answer for the rounds since then: of %i members it is not %s", (count) => {
    const room = dismissedOf(count);
    room.standsAt(2, 20);
    room.enter(
      10,
      { tip: tipAt(11), previousPlace: { seat: 0, position: null, members: count, version: [1_000, 1] } },
      "secret 0",
    );
    room.standsAt(10, 11);
    room.ready(10, defaultConfig, 11);
    room.pass(44_000);
    expect(room.members()[0]).toBe(0);
    room.standsAt(1, 22);
    room.enter(1, { tip: tipAt(22) }, "secret 1");
    room.ready(1, defaultConfig, 22);
    room.pass(5_000);
    expect(room.members()[0]).toBe(1);
  });

  it("is not waited for as what it was: all may have crashed at once", () => {
    const room = roomHarness();
    for (const i of [0, 1]) {
      room.enter(i, {}, `secret ${i}`);
      room.ready(i);
    }
    room.pass(5_000);
    room.commit(0, 20);
    for (const i of [0, 1]) {
      room.standsAt(10 + i, 18 + i);
      room.enter(10 + i, { tip: tipAt(18 + i) }, `secret ${i}`);
      room.ready(10 + i, defaultConfig, 18 + i);
    }
    room.pass(5_000);
    expect(room.members()).toEqual([11, 10]);
  });
});

describe("the only member that has the rounds", () => {
  it("is waited for when it loses its connection, by however many others", () => {
    const room = roomHarness();
    room.gather(5);
    for (const i of [1, 2, 3, 4]) room.standsAt(i, 0);
    room.commit(0, 4);
    room.lose(0);
    room.pass(10_000);
    expect(room.members()[0]).toBe(0);
    room.handle({ kind: "connected", connection: "c0" });
    room.say(0, helloOf(0, { tip: tipAt(4) }));
    room.ready(0, defaultConfig, 4);
    room.pass(5_000);
    expect(room.members()[0]).toBe(0);
  });
});

describe("a round that others than the root stand at", () => {
  it("is one that the next root must have: the root may have confirmed it", () => {
    const room = roomHarness();
    room.gather(3);
    room.commit(0, 12);
    room.standsAt(1, 12);
    room.standsAt(2, 13);
    room.lose(0);
    room.pass(1_000);
    expect(room.members()[0]).toBe(2);
    room.lose(2);
    room.pass(40_000);
    expect(room.members()).toEqual([2, 1]);
    room.enter(2);
    room.ready(2, defaultConfig, 13);
    room.pass(5_000);
    expect(room.members()[0]).toBe(2);
  });

  it("counts though the root has never been able to report a commit", () => {
    const room = roomHarness();
    const config = room.gather(3);
    for (const i of [1, 2]) {
      room.ready(i, config, 5);
      room.standsAt(i, null);
    }
    room.lose(0);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1, 2]);
    expect(room.last(1, "status-request")?.prepare).toBeDefined();
  });

  it("makes one of them the root who had no place, rather than a member that lacks it", () => {
    const room = roomHarness();
    room.gather(6);
    for (const i of [1, 2, 3, 4, 5]) room.standsAt(i, 0);
    room.standsAt(0, 4);
    room.commit(0, 4);
    // Nobody can reach the only one that has the rounds.
    for (const i of [1, 2]) room.say(i, unopened(0));
    room.pass(3_000);
    for (const i of room.members().slice(1, 3)) room.say(i, unopened(0));
    room.pass(60_000);
    expect(room.members()[0]).toBe(0);
  });
});

describe("a root that a newcomer cannot reach", () => {
  it("keeps its place until it, or half of its roster, has promised: it may have commits that nobody has heard of", () => {
    const room = roomHarness();
    const config = room.gather(2);
    room.commit(0, 7);
    room.ready(1, config, 7);
    room.enter(2);
    room.say(2, unopened(0));
    for (const i of [0, 1]) room.standsAt(i, null);
    room.ready(2, config, 7);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1]);
    expect(room.last(0, "status-request")?.prepare).toEqual(room.room.view().version);
    room.ready(0, config, 7);
    room.pass(1_000);
    expect(room.members()).toHaveLength(3);
    expect(room.members()[0]).toBe(1);
  });
});

describe("two who cannot reach each other", () => {
  it("are kept apart for as long from either side, and who had no place because of it has one then", () => {
    const room = roomHarness();
    room.gather(2);
    room.commit(0, 7);
    room.say(1, unopened(0));
    room.pass(3_000);
    expect(room.members()).toEqual([0]);
    room.pass(20_000);
    expect(room.members()).toEqual([0, 1]);
    // The second time is longer: nobody forgets the half of it before the other.
    room.say(0, unopened(1));
    room.pass(3_000);
    expect(room.members()).toEqual([0]);
    room.pass(36_000);
    expect(room.members()).toEqual([0]);
    room.pass(10_000);
    expect(room.members()).toEqual([0, 1]);
  });
});
