import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions, type Version } from "../../../shared/base/version.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import { roomHarness, tipAt } from "./room-harness.ts";

const day = 86_400_000;
/** What the last server's clock showed. */
const then = 1_800_000_000_000;

/** A server that has come back empty, its clock so many days behind the last one's. */
const serverBehind = (days: number) => {
  const room = roomHarness({ epoch: then - days * day });
  room.sleep(then - days * day);
  return room;
};

type Room = ReturnType<typeof roomHarness>;
/** Peer i comes back from a roster of `members` with this version, at round 50 of a run that committed it under `tip`. */
function back(
  room: Room,
  i: number,
  version: Version,
  { members = 2, tip = [then, 1] }: { members?: number; tip?: Version } = {},
) {
  const previousPlace = { seat: i, position: i, members, version: [...version] as [number, number] };
  room.enter(i, { config: defaultConfig, tip: tipAt(50, tip), previousPlace }, `secret ${i}`);
  room.ready(i, defaultConfig, 50);
}

describe("a version that peers tell of", () => {
  it.each([30, 365, 18_000])(
    "is outdone though the server's clock is %i days behind, where several have it or one alone",
    (days) => {
      for (const count of [1, 3]) {
        const room = serverBehind(days);
        for (let i = 0; i < count; i += 1) back(room, i, [then, 4 + i], { members: count });
        room.pass(1_000);
        expect(room.members()).toHaveLength(count);
        expect(room.room.view().version).toEqual([then + 1, 1]);
      }
    },
  );

  it("is not believed of one alone beyond the epoch that others prove, and it is told so, in words", () => {
    const room = serverBehind(30);
    for (const i of [0, 1]) back(room, i, [then, 4], { members: 3 });
    back(room, 2, [then + 400 * day, 1], { members: 3 });
    room.pass(1_000);
    expect(room.room.view().version).toEqual([then + 1, 1]);
    expect(room.last(2, "notice")?.text).toContain("the server's clock may have been set back");
    expect(room.last(0, "notice")).toBeUndefined();
  });

  it("is not believed of one alone who comes to a run under way, be it by hello or by a promise", () => {
    const room = roomHarness({ epoch: 1_000 });
    room.gather(2);
    room.commit(0, 7);
    const { version } = room.room.view();
    back(room, 5, [then, 1]);
    room.handle({
      kind: "message",
      connection: "c1",
      message: {
        kind: "ready",
        digest: room.last(1, "welcome")!.description.digest,
        tip: tipAt(7),
        promise: [Number.MAX_SAFE_INTEGER, 1],
      },
    });
    room.pass(20_000);
    expect(room.room.view().version[0]).toBe(version[0]);
  });

  it("never lifts the epoch by more than one above what two peers, or the roster in force, have, whoever lies alone", () => {
    const reports = fc.array(fc.tuple(fc.nat(4), fc.constantFrom(0, 1, 9)), { minLength: 2, maxLength: 5 });
    const lie = fc.tuple(fc.integer({ min: 200_000, max: Number.MAX_SAFE_INTEGER }), fc.nat(Number.MAX_SAFE_INTEGER));
    fc.assert(
      fc.property(reports, lie, fc.nat(5), (honest, lied, position) => {
        const room = roomHarness({ epoch: 500 });
        const all = honest.map(([epoch, counter]): Version => [1_000 + epoch, counter]);
        const order = [...all.keys()];
        order.splice(Math.min(position, order.length), 0, -1);
        for (const i of order) back(room, i < 0 ? 9 : i, i < 0 ? lied : all[i]!, { members: honest.length, tip: [1_000, 0] });
        room.pass(60_000);
        const { version } = room.room.view();
        const newest = all.toSorted((a, b) => compareVersions(b, a))[0]!;
        expect(compareVersions(version, newest)).toBeGreaterThan(0);
        expect(version[0]).toBeLessThanOrEqual(newest[0] + 1);
      }),
      { numRuns: 200 },
    );
  });

  it("is believed of nobody, however many say so, where it is more than a hundred years ahead", () => {
    const room = roomHarness({ epoch: 1_000 });
    for (const i of [0, 1, 2]) back(room, i, [Number.MAX_SAFE_INTEGER, 1], { members: 3 });
    room.pass(1_000);
    expect(room.room.view().version).toEqual([1_000, 1]);
  });

  it("counts once, however many lives of one peer tell of it", () => {
    const room = serverBehind(30);
    for (const i of [0, 1]) back(room, i, [then, 4], { members: 4 });
    for (const [i, position] of [
      [6, 2],
      [7, 3],
    ] as const) {
      const previousPlace = { seat: i, position, members: 4, version: [then + 400 * day, 1] as [number, number] };
      room.enter(i, { tip: tipAt(50, [then, 1]), previousPlace }, "one secret");
      room.ready(i, defaultConfig, 50);
    }
    room.pass(1_000);
    expect(room.room.view().version[0]).toBe(then + 1);
  });
});
