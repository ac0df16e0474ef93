import { describe, expect, it } from "vitest";
import { compareVersions } from "../../../shared/base/version.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import { peerName, roomHarness, runOf, tipAt } from "./room-harness.ts";

describe("a server that restarted", () => {
  const previousPlace = (position: number, members: number) => ({
    seat: position + 10,
    position,
    members,
    version: [1_000, 4] as [number, number],
  });

  it("goes on with the run, in its old order and with its old seats, once the majority is back", () => {
    const room = roomHarness({ epoch: 2_000 });
    for (const i of [3, 1, 2]) {
      room.enter(i, { config: defaultConfig, tip: tipAt(50, [1_000, 4]), previousPlace: previousPlace(i, 5) });
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
    room.enter(1, { config: defaultConfig, tip: tipAt(50, [1_000, 4]), previousPlace: previousPlace(1, 3) });
    room.ready(1, defaultConfig, 50);
    room.enter(7, { tip: tipAt(50, [1_000, 4]), previousPlace: { ...previousPlace(0, 3), position: null } });
    room.ready(7, defaultConfig, 50);
    room.pass(5_000);
    expect(room.members()).toEqual([]);
    room.enter(0, { tip: tipAt(51, [1_000, 4]), previousPlace: previousPlace(0, 3) });
    room.ready(0, defaultConfig, 51);
    room.pass(100);
    expect(room.members()).toEqual([0, 1, 7]);
  });

  it("waits 45 seconds for a majority and then goes on with those who came", () => {
    const room = roomHarness({ epoch: 2_000 });
    room.enter(1, { config: defaultConfig, tip: tipAt(50), previousPlace: previousPlace(1, 5) });
    room.ready(1, defaultConfig, 50);
    room.pass(44_900);
    expect(room.members()).toEqual([]);
    room.pass(200);
    expect(room.members()).toEqual([1]);
  });

  it("waits for the others of a run that has grown since the only peer that is back saved that it was alone", () => {
    const room = roomHarness({ epoch: 2_000 });
    room.enter(4, { config: defaultConfig, tip: tipAt(1), previousPlace: { ...previousPlace(0, 1), position: null } });
    room.ready(4, defaultConfig, 1);
    room.pass(5_000);
    expect(room.members()).toEqual([]);
    for (const i of [1, 2]) {
      room.enter(i, { tip: tipAt(50), previousPlace: previousPlace(i, 3) });
      room.ready(i, defaultConfig, 50);
    }
    room.pass(100);
    expect(room.members().slice(0, 2)).toEqual([1, 2]);
  });

  it("begins no run before the peers of one that it has forgotten could come back, and then goes on with theirs", () => {
    const room = roomHarness({ bornAt: 0, pacing: { startMs: 8_000 } });
    room.enter(9, { config: defaultConfig });
    room.ready(9);
    room.pass(5_000);
    expect(room.members()).toEqual([]);
    for (const i of [1, 0]) {
      room.enter(i, { tip: tipAt(20), previousPlace: { seat: i, position: i, members: 2, version: [5_000, 7] } });
      room.ready(i, defaultConfig, 20);
    }
    room.pass(1_000);
    expect(room.members()).toEqual([0, 1]);
    expect(room.room.view().running).toBe(true);
    // That server's clock was ahead of this one's.
    expect(compareVersions(room.room.view().version, [5_000, 7])).toBeGreaterThan(0);
  });

  it("lets in nobody without settings before those who know the run's could come back, so that these are not refused", () => {
    const room = roomHarness({ bornAt: 0, pacing: { startMs: 8_000 } });
    const ofTheRun = { ...defaultConfig, batch: defaultConfig.batch + 1 };
    room.enter(9);
    expect(room.last(9, "later")?.afterMs).toBe(8_000);
    expect(room.last(9, "refused")?.reason).toMatch(/has just started/);
    room.enter(1, { config: ofTheRun, tip: tipAt(20), previousPlace: previousPlace(1, 2) });
    expect(room.last(1, "welcome")?.description).toEqual(runOf(ofTheRun));
    room.enter(8);
    expect(room.last(8, "welcome")?.description).toEqual(runOf(ofTheRun));
  });

  it("begins one after that if nobody came back", () => {
    const room = roomHarness({ bornAt: 0, pacing: { startMs: 8_000 } });
    room.enter(0, { config: defaultConfig });
    room.ready(0);
    room.enter(1);
    room.ready(1);
    room.pass(7_900);
    expect(room.members()).toEqual([]);
    room.pass(200);
    expect(room.members()).toEqual([0, 1]);
  });

  /** A member's word of the rosters that it had: by version's counter, its position and how many there were. */
  const places = (...told: (readonly [number, number | null, number])[]) => {
    const [, position, members] = told.at(-1)!;
    const version = (counter: number): [number, number] => [1_000, counter];
    return {
      ...{ seat: position ?? 9, position, members, version: version(told.at(-1)![0]) },
      places: told.map(([counter, at, of]) => ({ version: version(counter), position: at, members: of })),
    };
  };

  it("asks the majority to promise that it gives nothing more under the old roster, since others may go on under that", () => {
    const room = roomHarness({ epoch: 2_000 });
    for (const i of [1, 2]) {
      room.standsAt(i, null);
      room.enter(i, { config: defaultConfig, tip: tipAt(50, [1_000, 4]), previousPlace: places([4, i, 4]) });
      room.ready(i, defaultConfig, 50);
    }
    room.enter(3, { tip: tipAt(50, [1_000, 4]), previousPlace: places([4, 3, 4]) });
    room.standsAt(3, null);
    room.ready(3, defaultConfig, 50);
    room.pass(1_000);
    const { prepare } = room.last(1, "status-request")!;
    expect(prepare).toEqual([2_000, 0]);
    room.ready(1, defaultConfig, 50);
    room.pass(1_000);
    expect(room.members()).toEqual([]);
    room.ready(2, defaultConfig, 51);
    room.ready(3, defaultConfig, 50);
    room.pass(1_000);
    expect(room.members()[0]).toBe(2);
  });

  it("takes the word of the old roster's root for all of it", () => {
    const room = roomHarness({ epoch: 2_000 });
    for (const i of [0, 1, 2]) {
      room.standsAt(i, null);
      room.enter(i, { config: defaultConfig, tip: tipAt(50, [1_000, 4]), previousPlace: places([4, i, 5]) });
      room.ready(i, defaultConfig, 50);
    }
    room.pass(1_000);
    room.ready(0, defaultConfig, 52);
    room.pass(1_000);
    expect(room.members()[0]).toBe(0);
  });

  it("waits for half of the roster before the last one, too, where no round has been committed since", () => {
    const room = roomHarness({ epoch: 2_000 });
    const tip = tipAt(18, [1_000, 6]);
    room.enter(1, { config: defaultConfig, tip, previousPlace: places([6, 1, 3], [7, 1, 5]) });
    for (const i of [3, 4]) room.enter(i, { tip, previousPlace: places([6, null, 3], [7, i, 5]) });
    for (const i of [1, 3, 4]) {
      room.standsAt(i, 18);
      room.ready(i, defaultConfig, 18);
    }
    room.pass(40_000);
    expect(room.members()).toEqual([]);
    // The root of both, which never heard of the later one.
    room.standsAt(0, 21);
    room.enter(0, { tip: tipAt(21, [1_000, 6]), previousPlace: places([6, 0, 3]) });
    room.ready(0, defaultConfig, 21);
    room.pass(1_000);
    expect(room.members()[0]).toBe(0);
  });

  it("does not wait for a member of those that has left", () => {
    const room = roomHarness({ epoch: 2_000 });
    const tip = tipAt(18, [1_000, 6]);
    for (const i of [0, 1]) room.enter(i, { config: defaultConfig, tip, previousPlace: places([6, i, 3]) });
    room.say(0, { kind: "leave", tip });
    room.enter(3, { tip, previousPlace: places([7, 1, 2]) });
    for (const i of [1, 3]) {
      room.standsAt(i, 18);
      room.ready(i, defaultConfig, 18);
    }
    room.pass(1_000);
    expect(room.members()).toEqual([1, 3]);
  });

  it("waits for the members of a roster of which only one that watched is here: they may have rounds", () => {
    const room = roomHarness({ epoch: 2_000 });
    const config = { ...defaultConfig, startAt: 1 };
    room.enter(1, { config, previousPlace: places([4, 1, 2], [5, null, 1]) });
    room.ready(1, config);
    room.pass(44_000);
    expect(room.members()).toEqual([]);
    room.standsAt(0, 11);
    room.enter(0, { tip: tipAt(11, [1_000, 5]), previousPlace: places([5, 0, 1]) });
    room.ready(0, config, 11);
    room.pass(1_000);
    expect(room.members()[0]).toBe(0);
  });

  it("waits for 90 seconds where somebody has told of rounds that nobody here has, and a member is away", () => {
    const room = roomHarness({ epoch: 2_000 });
    for (const [i, round] of [
      [1, 45],
      [2, 31],
    ] as const) {
      const tip = tipAt(round, [1_000, 5]);
      room.enter(i, { config: defaultConfig, tip, previousPlace: places([5, i, 3]) });
      room.standsAt(i, round);
      room.ready(i, defaultConfig, round);
      if (i === 1) room.say(1, { kind: "leave", tip });
    }
    room.pass(89_000);
    expect(room.members()).toEqual([]);
    room.pass(1_500);
    expect(room.members()).toEqual([2]);
  });

  it("does not make a blank newcomer a member of the run that it resumes", () => {
    const room = roomHarness({ epoch: 2_000 });
    room.enter(1, { config: defaultConfig, tip: tipAt(50) });
    room.enter(2);
    room.ready(2, defaultConfig, 0);
    room.ready(1, defaultConfig, 50);
    room.pass(15_000);
    expect(room.members()).toEqual([1]);
    expect(room.last(2, "roster")?.donor).toBe(peerName(1));
  });
});
