import { describe, expect, it } from "vitest";
import { neighboursOf } from "../../shared/signaling/placement.ts";
import { compareVersions } from "../../shared/signaling/version.ts";
import { configText, defaultConfig } from "../../shared/training/config.ts";
import { hashOf, helloOf, peerName, roomHarness, tipAt } from "./room-harness.ts";

describe("a room's configuration", () => {
  it("is that of the first hello, which every later welcome repeats", () => {
    const room = roomHarness();
    room.enter(0, { config: { ...defaultConfig, rate: 0.125 } });
    room.enter(1);
    expect(room.last(1, "welcome")?.config.rate).toBe(0.125);
    expect(room.last(1, "welcome")?.configHash).toBe(room.last(0, "welcome")?.configHash);
  });

  it("is the default where the first hello asks for none", () => {
    const room = roomHarness();
    room.enter(0);
    expect(room.last(0, "welcome")?.config).toEqual(defaultConfig);
  });

  it("refuses a later hello that asks for another, naming the field and both values", () => {
    const room = roomHarness();
    room.enter(0, { config: defaultConfig });
    room.enter(1, { config: { ...defaultConfig, rate: 0.7 } });
    expect(room.last(1, "refused")?.reason).toContain("rate: the room has 0.3, this peer asked for 0.7");
    expect(room.isClosed(1)).toBe(true);
  });

  it("refuses a ready with another hash, and the peer is gone", () => {
    const room = roomHarness();
    room.enter(0);
    room.say(0, { kind: "ready", configHash: "0".repeat(32), tip: tipAt(0) });
    expect(room.last(0, "refused")?.reason).toContain("expected the configuration with hash");
    expect(room.room.isEmpty()).toBe(true);
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
    expect(room.last(8, "roster")?.sponsor).toBe(peerName(1));
    expect(room.last(8, "roster")?.observers).toBe(1);
    expect(room.last(0, "roster")?.sponsor).toBeNull();
  });

  it("spreads observers who come together over several sponsors", () => {
    const room = roomHarness();
    room.gather(8, { startAt: 99 });
    for (let i = 10; i < 18; i += 1) room.enter(i);
    const sponsors = new Set(Array.from({ length: 8 }, (_, i) => room.last(10 + i, "roster")?.sponsor));
    expect(sponsors.size).toBeGreaterThanOrEqual(4);
  });

  it("gives an observer another sponsor when its own leaves", () => {
    const room = roomHarness();
    room.gather(4, { startAt: 99 });
    room.enter(8);
    room.say(1, { kind: "leave" });
    room.pass(5_000);
    const roster = room.last(8, "roster");
    expect(roster?.members.map(({ peer }) => peer)).toContain(roster?.sponsor);
    expect(roster?.sponsor).not.toBe(peerName(1));
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
    expect(room.last(7, "roster")?.sponsor).not.toBeNull();
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

describe("a peer that restarted", () => {
  const comeback = (seat: number) => ({ seat, position: null, members: 3, version: [1_000, 1] as [number, number] });

  it("has a new name and its old seat, though the server does not know yet that its old connection is dead", () => {
    const room = roomHarness();
    for (const i of [0, 1, 2]) {
      room.enter(i, {}, `secret ${i}`);
      room.ready(i);
    }
    room.pass(5_000);
    room.handle({ kind: "connected", connection: "c7", session: "secret 1" });
    room.say(7, helloOf(7, { tip: tipAt(3), former: comeback(1) }));
    room.ready(7);
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
    room.enter(7, { tip: tipAt(3), former: comeback(1) });
    expect(room.last(7, "welcome")?.seat).toBe(1);
    room.enter(1);
    expect(room.last(1, "welcome")?.seat).toBe(3);
  });

  it("takes nobody's seat who is here", () => {
    const room = roomHarness();
    room.gather(3);
    room.enter(7, { tip: tipAt(3), former: comeback(1) });
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
    for (const i of [0, 1]) room.lose(i);
    room.enter(8, { tip: tipAt(38), former: comeback(0) }, "secret 0");
    room.ready(8, defaultConfig, 38);
    room.pass(5_000);
    expect(room.members()).toEqual([0, 1]);
    room.enter(9, { tip: tipAt(39), former: comeback(1) }, "secret 1");
    room.ready(9, defaultConfig, 39);
    room.pass(100);
    expect(room.members()).toEqual([9]);
  });
});

describe("a server that restarted", () => {
  const former = (position: number, members: number) => ({
    seat: position + 10,
    position,
    members,
    version: [1_000, 4] as [number, number],
  });

  it("goes on with the run, in its old order and with its old seats, once the majority is back", () => {
    const room = roomHarness({ epoch: 2_000 });
    for (const i of [3, 1, 2]) {
      room.enter(i, { config: defaultConfig, tip: tipAt(50, [1_000, 4]), former: former(i, 5) });
      room.ready(i, defaultConfig, 50);
    }
    room.pass(100);
    expect(room.members()).toEqual([1, 2, 3]);
    expect(room.last(1, "roster")?.running).toBe(true);
    expect(room.last(3, "welcome")?.seat).toBe(13);
    expect(compareVersions(room.room.view().version, [1_000, 4])).toBeGreaterThan(0);
  });

  it("takes no newcomer for one of the majority", () => {
    const room = roomHarness({ epoch: 2_000 });
    room.enter(1, { config: defaultConfig, tip: tipAt(50, [1_000, 4]), former: former(1, 3) });
    room.ready(1, defaultConfig, 50);
    room.enter(7, { tip: tipAt(50, [1_000, 4]), former: { ...former(0, 3), position: null } });
    room.ready(7, defaultConfig, 50);
    room.pass(5_000);
    expect(room.members()).toEqual([]);
    room.enter(0, { tip: tipAt(51, [1_000, 4]), former: former(0, 3) });
    room.ready(0, defaultConfig, 51);
    room.pass(100);
    expect(room.members()).toEqual([0, 1, 7]);
  });

  it("waits 45 seconds for a majority and then goes on with those who came", () => {
    const room = roomHarness({ epoch: 2_000 });
    room.enter(1, { config: defaultConfig, tip: tipAt(50), former: former(1, 5) });
    room.ready(1, defaultConfig, 50);
    room.pass(44_900);
    expect(room.members()).toEqual([]);
    room.pass(200);
    expect(room.members()).toEqual([1]);
  });

  it("begins no run before the peers of one that it has forgotten could come back, and then goes on with theirs", () => {
    const room = roomHarness({ bornAt: 0, pacing: { startMs: 8_000 } });
    room.enter(9);
    room.ready(9);
    room.pass(5_000);
    expect(room.members()).toEqual([]);
    for (const i of [1, 0]) {
      room.enter(i, { tip: tipAt(20), former: { seat: i, position: i, members: 2, version: [5_000, 7] } });
      room.ready(i, defaultConfig, 20);
    }
    room.pass(1_000);
    expect(room.members()).toEqual([0, 1]);
    expect(room.room.view().running).toBe(true);
    // That server's clock was ahead of this one's.
    expect(compareVersions(room.room.view().version, [5_000, 7])).toBeGreaterThan(0);
  });

  it("begins one after that if nobody came back", () => {
    const room = roomHarness({ bornAt: 0, pacing: { startMs: 8_000 } });
    room.enter(0);
    room.ready(0);
    room.enter(1);
    room.ready(1);
    room.pass(7_900);
    expect(room.members()).toEqual([]);
    room.pass(200);
    expect(room.members()).toEqual([0, 1]);
  });

  it("does not make a blank newcomer a member of the run that it resumes", () => {
    const room = roomHarness({ epoch: 2_000 });
    room.enter(1, { config: defaultConfig, tip: tipAt(50) });
    room.enter(2);
    room.ready(2, defaultConfig, 0);
    room.ready(1, defaultConfig, 50);
    room.pass(15_000);
    expect(room.members()).toEqual([1]);
    expect(room.last(2, "roster")?.sponsor).toBe(peerName(1));
  });
});

describe("the only member", () => {
  it("keeps its place for 45 s when its socket is gone and nobody has what it has, and finds the observer that waits", () => {
    const room = roomHarness();
    room.gather(1, { startAt: 1 });
    room.commit(0, 7);
    room.lose(0);
    room.enter(1);
    room.pass(44_000);
    expect(room.members()).toEqual([0]);
    expect(room.last(1, "roster")?.sponsor).toBeNull();
    room.handle({ kind: "connected", connection: "c0" });
    room.say(0, helloOf(0, { tip: tipAt(7) }));
    expect(room.last(1, "roster")?.sponsor).toBe(peerName(0));
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
});

describe("members who may have been the last to know some rounds", () => {
  it("keep their places while nobody who is here has them, and the others are asked where they stand", () => {
    const room = roomHarness();
    room.gather(4);
    room.commit(0, 7);
    for (const i of [2, 3]) room.standsAt(i, 5);
    room.lose(0);
    expect(room.last(3, "where")).toBeUndefined();
    room.lose(1);
    expect(room.last(3, "where")).toBeDefined();
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
    expect(room.last(2, "where")).toBeUndefined();
    room.say(0, { kind: "leave" });
    expect(room.last(2, "where")).toBeDefined();
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

describe("a member that can give nothing under the version in force", () => {
  it("gets a new version of the same roster when it says so, once", () => {
    const room = roomHarness();
    const config = room.gather(3);
    const [epoch, counter] = room.room.view().version;
    room.say(2, { kind: "ready", configHash: hashOf(configText(config)), tip: tipAt(7), anew: true });
    room.pass(5_000);
    expect(room.room.view().version).toEqual([epoch, counter + 1]);
    expect(room.members()).toEqual([0, 1, 2]);
    room.ready(2, config, 7);
    room.pass(5_000);
    expect(room.room.view().version).toEqual([epoch, counter + 1]);
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
    expect(neighboursOf(members.map(peerName), peerName(1), "heap")).not.toContain(peerName(3));
  });

  it("is believed of either side, even if only one has tried: an observer's sponsor is not made its child", () => {
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
      message: { kind: "ready", configHash: hashOf(configText(config)), tip: tipAt(0) },
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
    expect(room.last(19, "roster")?.sponsor).toBeNull();
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

  it("gives an observer another sponsor each time, until four have failed", () => {
    const room = roomHarness();
    room.gather(8);
    room.enter(30);
    const sponsors = new Set<string>();
    for (let tries = 0; tries < 4; tries += 1) {
      const sponsor = room.last(30, "roster")!.sponsor!;
      sponsors.add(sponsor);
      room.say(30, { kind: "report", peer: sponsor, loss: "unopened", reason: "" });
    }
    expect(sponsors.size).toBe(4);
    expect(room.last(30, "roster")?.sponsor).toBeNull();
    expect(room.last(30, "notice")).toBeDefined();
  });

  it("is not believed of a peer that is no neighbour", () => {
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
