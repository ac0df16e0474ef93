import { describe, expect, it } from "vitest";
import { configText, defaultConfig } from "../../../shared/run/config.ts";
import { createLobby, type LobbyOptions } from "../../../shared/signaling/room/lobby.ts";
import type { Effect } from "../../../shared/signaling/roster/effects.ts";
import { hashOf, helloOf, tipAt } from "./room-harness.ts";

function lobbyHarness(options: Partial<LobbyOptions> = {}) {
  const lobby = createLobby({ bornAt: 0, iceServers: [], hashOf, ...options });
  const say = (connection: string, message: unknown, now = 0) => lobby.handle({ kind: "message", connection, message }, now);
  const connect = (connection: string, now = 0) => lobby.handle({ kind: "connected", connection }, now);
  return { lobby, say, connect, enter: (c: string, hello: unknown, now = 0) => [...connect(c, now), ...say(c, hello, now)] };
}

const reasonOf = (effects: readonly Effect[]): string | undefined =>
  effects
    .map((effect) => (effect.kind === "send" && effect.message.kind === "refused" ? effect.message.reason : undefined))
    .find(Boolean);

describe("the lobby", () => {
  it("counts its patience from the server's start, not from the first who comes", () => {
    const { lobby, enter, say } = lobbyHarness({ bornAt: 1_000, pacing: { startMs: 8_000 } });
    const config = { ...defaultConfig, startAt: 1 };
    enter("a", helloOf(0, { config }), 20_000);
    say("a", { kind: "ready", digest: hashOf(configText(config)), tip: tipAt(0) }, 20_000);
    const sent = lobby.handle({ kind: "tick" }, 20_100);
    expect(sent).toContainEqual(expect.objectContaining({ message: expect.objectContaining({ kind: "roster", running: true }) }));
  });

  it("refuses another protocol by its number, whatever else that protocol's hello looks like", () => {
    const { connect, say } = lobbyHarness();
    connect("a");
    const effects = say("a", { kind: "hello", protocol: 3, novelty: true });
    expect(reasonOf(effects)).toContain("expected signaling protocol 2, got 3: this server is older than the peer");
    expect(effects).toContainEqual({ kind: "close", connection: "a" });
    connect("b");
    const toOlder = say("b", { kind: "hello", protocol: 1, config: null });
    expect(reasonOf(toOlder)).toContain(
      "expected signaling protocol 2, got 1: this peer is older than the server; reload the page",
    );
  });

  it("refuses a malformed hello, naming what is wrong with it", () => {
    const { enter } = lobbyHarness();
    expect(reasonOf(enter("a", helloOf(0, { room: "no room/../here" })))).toContain("room: expected 1 to 64 letters");
  });

  it("keeps two rooms apart: neither their configurations nor their signals meet", () => {
    const { enter, say } = lobbyHarness();
    enter("a", helloOf(0, { room: "one", config: { ...defaultConfig, rate: 0.1 } }));
    const welcome = enter("b", helloOf(1, { room: "two", config: { ...defaultConfig, rate: 0.2 } }));
    expect(reasonOf(welcome)).toBeUndefined();
    expect(say("a", { kind: "signal", to: helloOf(1).peer, data: "offer" }).filter(({ kind }) => kind === "send")).toEqual([]);
  });

  it("refuses the room that is one too many, until another is empty", () => {
    const { lobby, enter } = lobbyHarness({ maxRooms: 1 });
    enter("a", helloOf(0, { room: "one" }));
    expect(reasonOf(enter("b", helloOf(1, { room: "two" })))).toContain("this server is full");
    lobby.handle({ kind: "disconnected", connection: "a" }, 0);
    expect(lobby.stats().rooms).toBe(0);
    expect(reasonOf(enter("c", helloOf(2, { room: "two" })))).toBeUndefined();
  });

  it("gives a room that is made anew a newer epoch than any before, even when the clock stands still", () => {
    const { lobby, enter, say } = lobbyHarness();
    const epochs = [0, 1, 2].map((i) => {
      const c = `c${i}`;
      const welcome = enter(c, helloOf(i), 1_000).find((e) => e.kind === "send" && e.message.kind === "welcome");
      const digest = welcome?.kind === "send" && welcome.message.kind === "welcome" ? welcome.message.description.digest : "";
      say(c, { kind: "ready", digest, tip: tipAt(0) }, 1_000);
      const roster = say(c, { kind: "control", running: true }, 1_000);
      const sent = [...roster, ...lobby.handle({ kind: "tick" }, 1_060 + i)].find(
        (e) => e.kind === "send" && e.message.kind === "roster",
      );
      say(c, { kind: "leave" }, 1_100);
      return sent?.kind === "send" && sent.message.kind === "roster" ? sent.message.version[0] : -1;
    });
    expect(epochs[0]).toBeGreaterThanOrEqual(1_000);
    expect(epochs[1]).toBeGreaterThan(epochs[0]!);
    expect(epochs[2]).toBeGreaterThan(epochs[1]!);
  });

  it("makes a newer epoch than a returning client reports, though the clock went back", () => {
    const { lobby, enter, say } = lobbyHarness();
    enter("a", helloOf(0, { tip: tipAt(9, [50_000, 3]), config: defaultConfig }), 40_000);
    say("a", { kind: "ready", digest: hashOf(configText(defaultConfig)), tip: tipAt(9, [50_000, 3]) }, 40_000);
    const sent = lobby.handle({ kind: "tick" }, 60_000).find((e) => e.kind === "send" && e.message.kind === "roster");
    expect(sent).toMatchObject({ message: { version: [50_001, 1], running: true } });
  });

  it("drops what comes too fast, and ends a connection that goes on and on", () => {
    const { lobby, enter, say } = lobbyHarness({ rateLimit: { burst: 10, perSecond: 1, debt: 20 } });
    enter("a", helloOf(0));
    for (let i = 0; i < 29; i += 1) say("a", { kind: "signal", to: helloOf(1).peer, data: "" });
    const dropped = lobby.stats().dropped;
    expect(dropped).toBe(29);
    expect(reasonOf(say("a", { kind: "leave" }))).toContain("expected at most 1 messages a second");
    expect(lobby.stats()).toMatchObject({ peers: 0, refused: 1 });
  });

  it("gives up a connection that says nothing for ten seconds", () => {
    const { lobby, connect } = lobbyHarness();
    expect(connect("a", 5)).toContainEqual({ kind: "wake", at: 10_005 });
    // Without a last word, after which a client would not connect again.
    expect(lobby.handle({ kind: "tick" }, 10_005)).toEqual([{ kind: "close", connection: "a" }]);
    expect(lobby.handle({ kind: "tick" }, 20_000)).toEqual([]);
  });

  it("gives a connection ten seconds from its beginning, however late it tells its session", () => {
    const { lobby, connect } = lobbyHarness();
    connect("a", 0);
    lobby.handle({ kind: "connected", connection: "a", session: "secret" }, 9_000);
    expect(lobby.handle({ kind: "tick" }, 10_000)).toEqual([{ kind: "close", connection: "a" }]);
  });

  it("ends a connection that is flooded, with the reason, and once", () => {
    const { lobby, enter } = lobbyHarness();
    enter("a", helloOf(0));
    const flooded = { kind: "flooded", connection: "a" } as const;
    expect(reasonOf(lobby.handle(flooded, 0))).toContain("expected at most 200 messages a second");
    expect(lobby.stats()).toMatchObject({ rooms: 0, refused: 1 });
    expect(lobby.handle(flooded, 0)).toEqual([]);
  });

  it("forgets a room that throws and lets its peers go without a last word; other rooms go on", () => {
    const failures: unknown[] = [];
    let isBroken = false;
    const iceServers = Object.assign([], {
      [Symbol.iterator]: () => {
        if (isBroken) throw new Error("broken");
        return [][Symbol.iterator]();
      },
    });
    const { lobby, enter } = lobbyHarness({ iceServers, onFailure: (error) => failures.push(error) });
    enter("a", helloOf(0, { room: "one" }));
    enter("b", helloOf(1, { room: "one" }));
    enter("c", helloOf(2, { room: "two" }));
    isBroken = true;
    const closed = ["a", "b", "d"].map((connection) => ({ kind: "close", connection }));
    expect(enter("d", helloOf(3, { room: "one" })).filter(({ kind }) => kind !== "wake")).toEqual(closed);
    expect(failures).toEqual([new Error("broken")]);
    expect(lobby.stats()).toMatchObject({ rooms: 1, peers: 1 });
    isBroken = false;
    expect(enter("e", helloOf(0, { room: "one" }))).toContainEqual(
      expect.objectContaining({ kind: "send", message: expect.objectContaining({ kind: "welcome" }) }),
    );
  });

  it("keeps nothing of what a room threw to itself where nobody wants to hear of it", () => {
    const hashOf = (): string => {
      throw new Error("broken");
    };
    const { enter } = lobbyHarness({ hashOf });
    expect(() => enter("a", helloOf(0))).toThrow("broken");
  });

  /** Two members of a room vanish at 200 ms, whose run begins with so many. */
  const vanished = (startAt: number) => {
    const harness = lobbyHarness();
    const config = { ...defaultConfig, startAt };
    for (const [i, c] of ["a", "b"].entries()) {
      harness.enter(c, helloOf(i, { config }));
      harness.say(c, { kind: "ready", digest: hashOf(configText(config)), tip: tipAt(0) });
    }
    harness.lobby.handle({ kind: "tick" }, 100);
    for (const connection of ["a", "b"]) harness.lobby.handle({ kind: "disconnected", connection }, 200);
    return harness;
  };

  it("lets a fresh run begin in a room whose run has yet to begin, and that everyone has just vanished from", () => {
    const { lobby, enter } = vanished(3);
    expect(lobby.stats().rooms).toBe(1);
    expect(reasonOf(enter("c", helloOf(5, { config: { ...defaultConfig, rate: 0.9 } }), 300))).toBeUndefined();
  });

  it("lets none begin for eight seconds where a round may have been committed that nobody could report", () => {
    const other = { config: { ...defaultConfig, rate: 0.9 } };
    const { enter } = vanished(2);
    expect(reasonOf(enter("c", helloOf(5, other), 300))).toContain("another configuration");
    expect(reasonOf(enter("d", helloOf(6, other), 8_200))).toBeUndefined();
  });

  it("lets a newcomer wait in a room with committed rounds from which everyone has just vanished, and begin anew after eight seconds", () => {
    const { lobby, enter, say } = lobbyHarness();
    enter("a", helloOf(0, { config: { ...defaultConfig, startAt: 1 } }));
    const config = { ...defaultConfig, startAt: 1 };
    say("a", { kind: "ready", digest: hashOf(configText(config)), tip: tipAt(0) });
    lobby.handle({ kind: "tick" }, 100);
    say("a", { kind: "committed", tip: tipAt(7) });
    lobby.handle({ kind: "disconnected", connection: "a" }, 200);
    const other = helloOf(5, { config: { ...config, rate: 0.9 } });
    expect(reasonOf(enter("b", other, 8_100))).toContain("this room trains another configuration");
    expect(reasonOf(enter("c", other, 8_300))).toBeUndefined();
  });

  it("remembers a run of which one peer told that has gone again, until the others had their time to come back", () => {
    const { lobby, enter } = lobbyHarness();
    const previousPlace = { seat: 1, position: null, members: 4, version: [1, 2] as [number, number] };
    enter("a", helloOf(1, { config: defaultConfig, tip: tipAt(30), previousPlace }), 1_000);
    lobby.handle({ kind: "disconnected", connection: "a" }, 2_000);
    expect(lobby.stats().rooms).toBe(1);
    for (const [c, now] of [
      ["b", 3_000],
      ["c", 45_900],
    ] as const) {
      const other = helloOf(2, { config: { ...defaultConfig, rate: 0.9 } });
      expect(reasonOf(enter(c, other, now))).toContain("another configuration");
    }
    lobby.handle({ kind: "tick" }, 46_000);
    expect(lobby.stats().rooms).toBe(0);
  });

  it("lets a newcomer wait for that run, too, where the one that told of it has left politely", () => {
    const { enter, say } = lobbyHarness();
    const previousPlace = { seat: 1, position: 1, members: 3, version: [1, 2] as [number, number] };
    enter("a", helloOf(1, { config: defaultConfig, tip: tipAt(30), previousPlace }), 1_000);
    say("a", { kind: "leave", tip: tipAt(30) }, 2_000);
    const other = { config: { ...defaultConfig, rate: 0.9 } };
    expect(reasonOf(enter("b", helloOf(2, other), 20_000))).toContain("another configuration");
    expect(reasonOf(enter("c", helloOf(2, other), 46_000))).toBeUndefined();
  });

  it("leaves names and seats with those whose places are kept while the room is made anew", () => {
    const { lobby, say } = lobbyHarness();
    const enterAs = (c: string, session: string, hello: unknown, now: number) => {
      lobby.handle({ kind: "connected", connection: c, session }, now);
      return say(c, hello, now);
    };
    const seatOf = (effects: readonly Effect[]) =>
      effects.flatMap((e) => (e.kind === "send" && e.message.kind === "welcome" ? [e.message.seat] : []));
    for (const [i, c] of ["a", "b"].entries()) {
      enterAs(c, `secret ${i}`, helloOf(i, { config: defaultConfig }), 0);
      say(c, { kind: "ready", digest: hashOf(configText(defaultConfig)), tip: tipAt(0) });
    }
    lobby.handle({ kind: "tick" }, 100);
    for (const connection of ["a", "b"]) lobby.handle({ kind: "disconnected", connection }, 200);
    expect(seatOf(enterAs("c", "secret 5", helloOf(5, { config: defaultConfig }), 300))).toEqual([2]);
    expect(reasonOf(enterAs("d", "secret 6", helloOf(1), 300))).toContain("in this room already");
    const previousPlace = { seat: 1, position: 1, members: 2, version: [0, 1] as [number, number] };
    expect(seatOf(enterAs("e", "secret 1", helloOf(1, { config: defaultConfig, previousPlace }), 400))).toEqual([1]);
  });

  it.each([
    [3, 6_200, "six seconds after everyone has vanished from it, where its run has yet to begin"],
    [2, 45_200, "after 45 s where it has begun, for they may come back with rounds"],
  ])("forgets a room (started by %i) after %i ms: %s", (startAt, ms) => {
    const { lobby } = vanished(startAt);
    lobby.handle({ kind: "tick" }, ms - 1);
    expect(lobby.stats().rooms).toBe(1);
    lobby.handle({ kind: "tick" }, ms);
    expect(lobby.stats().rooms).toBe(0);
  });
});
