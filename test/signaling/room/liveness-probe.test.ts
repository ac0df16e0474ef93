import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../../shared/run/config.ts";
import { roomHarness, tipAt } from "./room-harness.ts";

/** Four members under way; peer 0 is the root. */
function stuckRoom() {
  const room = roomHarness();
  room.gather(4);
  room.commit(0, 7);
  const stuck = (i: number): void => void room.say(i, { kind: "stuck", version: room.room.view().version });
  const questions = (i: number): number => room.hear(i).filter(({ kind }) => kind === "status-request").length;
  return { ...room, stuck, questions };
}

describe("a round that does not end", () => {
  it("has all members asked; who says nothing within 1.5 s loses its connection, and the others go on", () => {
    const room = stuckRoom();
    room.standsAt(0, null);
    room.stuck(2);
    expect([0, 1, 2, 3].map(room.questions)).toEqual([1, 1, 1, 1]);
    room.pass(1_499);
    expect(room.isClosed(0)).toBe(false);
    room.pass(1);
    expect(room.isClosed(0)).toBe(true);
    room.pass(1_000);
    expect([...room.members()].sort()).toEqual([1, 2, 3]);
  });

  it("costs nobody anything where all answer, whatever they answer", () => {
    const room = stuckRoom();
    for (const i of [0, 1, 2, 3]) room.standsAt(i, i);
    const { version } = room.room.view();
    room.stuck(3);
    room.pass(10_000);
    expect([0, 1, 2, 3].some(room.isClosed)).toBe(false);
    expect(room.room.view().version).toEqual(version);
  });

  it("costs nobody anything where nobody answers: it is the server that stood still", () => {
    const room = stuckRoom();
    for (const i of [0, 1, 2, 3]) room.standsAt(i, null);
    room.stuck(3);
    room.pass(10_000);
    expect([0, 1, 2, 3].some(room.isClosed)).toBe(false);
  });

  it("costs nobody anything where the server stands still after the first answer, and the others wait to be read", () => {
    const room = stuckRoom();
    for (const i of [0, 2]) room.standsAt(i, null);
    room.stuck(3);
    // The next that it looks at is late: a clock that was to ring long ago.
    room.standsAt(0, 7);
    room.sleep(4_000);
    room.handle({ kind: "tick" });
    for (const i of [0, 2]) room.ready(i, defaultConfig, 7);
    room.pass(10_000);
    expect([0, 1, 2, 3].some(room.isClosed)).toBe(false);
  });

  it("is asked about once in five seconds, however many complain", () => {
    const room = stuckRoom();
    for (const i of [1, 2, 3, 1]) room.stuck(i);
    expect(room.questions(1)).toBe(1);
    room.pass(4_900);
    room.stuck(2);
    expect(room.questions(1)).toBe(1);
    room.pass(100);
    room.stuck(2);
    expect(room.questions(1)).toBe(2);
  });

  it("is nothing that an observer, or a member under another roster, can complain about", () => {
    const room = stuckRoom();
    room.enter(9);
    room.stuck(9);
    room.say(1, { kind: "stuck", version: [1_000, 99] });
    expect(room.questions(1)).toBe(0);
    expect(room.counters.dropped).toBe(2);
  });

  it("does not end the connection that a peer has made since it was asked", () => {
    const room = stuckRoom();
    room.standsAt(0, null);
    room.stuck(2);
    room.lose(0);
    room.enter(0, { tip: tipAt(7) });
    room.ready(0, defaultConfig, 7);
    room.pass(2_000);
    expect(room.isClosed(0)).toBe(false);
  });
});
