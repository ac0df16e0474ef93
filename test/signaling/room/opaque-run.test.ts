import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../../shared/run/config.ts";
import type { RunDescription } from "../../../shared/signaling/protocol/run-description.ts";
import { createLobby } from "../../../shared/signaling/room/lobby.ts";
import { topologyNames } from "../../../shared/tree/topologies.ts";
import { hashOf, helloOf, roomHarness, runOf, tipAt } from "./room-harness.ts";

function descriptionOf(run: string): RunDescription {
  return { tree: "heap", startAt: 2, run, digest: hashOf(run) };
}

/** What a server says to a hello with this description. */
function answerTo(description: unknown): string | undefined {
  const lobby = createLobby({ bornAt: 0, iceServers: [], hashOf });
  lobby.handle({ kind: "connected", connection: "a" }, 0);
  const message = { ...helloOf(0), description };
  const effects = lobby.handle({ kind: "message", connection: "a", message }, 0);
  const refusals = effects.flatMap((e) => (e.kind === "send" && e.message.kind === "refused" ? [e.message.reason] : []));
  return refusals[0];
}

describe("the run is opaque to the server", () => {
  it("so a room trains what nobody here understands, and only the digest decides who comes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
        const room = roomHarness();
        const description = descriptionOf(text);
        for (const i of [0, 1]) {
          room.enter(i, { description, insists: true });
          room.say(i, { kind: "ready", digest: description.digest, tip: tipAt(0) });
        }
        room.enter(2);
        room.pass(5_000);
        expect(room.members()).toEqual([0, 1]);
        expect(room.last(0, "roster")?.running).toBe(true);
        expect(room.last(2, "welcome")?.description).toEqual(description);
        room.enter(3, { config: defaultConfig });
        expect(room.last(3, "refused")?.room).toEqual(description);
      }),
      { numRuns: 50 },
    );
  });

  it("takes the tree and the start of the first hello, whatever a later one with the same digest says", () => {
    const room = roomHarness();
    const description = descriptionOf("any");
    room.enter(0, { description, insists: true });
    room.enter(1, { description: { ...description, tree: "binomial", startAt: 7 }, insists: true });
    expect(room.last(1, "welcome")?.description).toEqual(description);
  });

  it("refuses a description that cannot be one, with one sentence that names what", () => {
    const fine = runOf(defaultConfig);
    const cannot = "this hello cannot be used: description";
    const long = "x".repeat(8_193);
    expect(answerTo(fine)).toBeUndefined();
    expect(answerTo(descriptionOf("x".repeat(8_192)))).toBeUndefined();
    expect(answerTo(descriptionOf(long))).toMatch(`${cannot}.run: expected at most 8192 characters, got "xxx`);
    expect(answerTo(descriptionOf("é".repeat(4_097)))).toContain(`${cannot}.run: expected at most 8192 bytes of UTF-8, got "ééé`);
    expect(answerTo({ ...fine, digest: "0".repeat(32) })).toBe(
      `${cannot}.digest: expected ${fine.digest}, which is that of its run, got ${"0".repeat(32)}`,
    );
    expect(answerTo({ ...fine, digest: "0" })).toContain(`${cannot}.digest: expected a hash of 32 hexadecimal digits, got "0"`);
    expect(answerTo({ ...fine, tree: "ring" })).toBe(`${cannot}.tree: expected ${topologyNames.join(" or ")}, got "ring"`);
    expect(answerTo({ ...fine, startAt: 0 })).toBe(`${cannot}.startAt: expected at least 1, got 0`);
    expect(answerTo({ ...fine, startAt: 4_097 })).toBe(`${cannot}.startAt: expected at most 4096, got 4097`);
    expect(answerTo({ ...fine, rounds: 3 })).toBe(`${cannot}: expected only fields that there are, got "rounds"`);
    expect(answerTo(null)).toBe(`${cannot}: expected an object, got null`);
  });
});
