import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roomPath, routeOf } from "../../../client/page/route.ts";
import { clientMessageSchema } from "../../../shared/signaling/protocol/messages.ts";
import { canonicalRoom } from "../../../shared/signaling/protocol/room-name.ts";
import { helloOf } from "../room/room-harness.ts";

describe("a room's name has one form, whichever way it was typed", () => {
  it.each([
    ["Klasse 4b", "klasse-4b"],
    ["  KLASSE\t4B ", "klasse-4b"],
    ["Füchse", "fuchse"],
    ["FU\u0308CHSE", "fuchse"],
    ["Straße 7", "strasse-7"],
    ["Quiet–Fox—42", "quiet-fox-42"],
    ["ＦＯＸ", "fox"],
    ["İstanbul", "istanbul"],
    ["quiet_fox-42", "quiet_fox-42"],
    ["http://localhost:8080/r/Quiet-Fox-42#rate=0.1&rounds=3", "quiet-fox-42"],
    ["https://copse.example/below/r/quiet-fox-42/?relay-only", "quiet-fox-42"],
    ["localhost:8080/r/quiet-fox-42", "quiet-fox-42"],
    ["/r/Klasse%204b", "klasse-4b"],
    ["a\u200bb", "ab"],
  ])("%j", (typed, room) => {
    expect(canonicalRoom(typed)).toBe(room);
    expect(routeOf(new URL(roomPath(typed, null), "http://copse.test").pathname.slice(1), "")).toMatchObject({
      page: "room",
      room,
    });
  });

  it.each(["", "   ", "日本", "a/b", "a?b", "../x", "a".repeat(65), "http://copse.test/", "/r/%E0%A4%A"])(
    "%j is none",
    (typed) => {
      expect(canonicalRoom(typed)).toBeNull();
    },
  );

  it("and that form stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (typed) => {
        const room = canonicalRoom(typed);
        if (room !== null) expect(canonicalRoom(room)).toBe(room);
      }),
    );
  });

  it("so that a client which says another meets the same room", () => {
    const hello = helloOf(0);
    expect(clientMessageSchema.parse({ ...hello, room: "Quiet-Fox-42" })).toEqual({ ...hello, room: "quiet-fox-42" });
    expect(clientMessageSchema.safeParse({ ...hello, room: "a/b" }).error?.issues[0]?.message).toMatch(
      /^expected 1 to 64 letters/,
    );
  });
});
