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
