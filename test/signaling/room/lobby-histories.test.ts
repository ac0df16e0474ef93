import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configText, defaultConfig } from "../../../shared/run/config.ts";
import { createLobby, type LobbyEvent } from "../../../shared/signaling/room/lobby.ts";
import { hashOf, helloOf, peerName, tipAt } from "./room-harness.ts";

/** A few at each change; thousands in the run of seeds. */
const histories = Number(process.env["COPSE_HISTORIES"] ?? 150);
/** Every room ends within so long (ms) after everybody is gone. */
const maxMs = 60_000;

const peers = 5;
const rooms = ["grove", "glade"] as const;
const config = { ...defaultConfig, startAt: 2 };
const digest = hashOf(configText(config));

const who = fc.nat(peers - 1);
const room = fc.constantFrom(...rooms);
const version = fc.tuple(fc.constantFrom(0, 900, 5_000, 60_000), fc.nat(3));
const tip = fc.tuple(fc.constantFrom(0, 1, 9, 10, 40), version).map(([round, at]) => tipAt(round, at));
const previousPlace = fc.record({
  seat: fc.nat(9),
  position: fc.option(fc.nat(3)),
  members: fc.nat(5),
  version,
  places: fc.array(fc.record({ version, position: fc.option(fc.nat(3)), members: fc.integer({ min: 1, max: 5 }) }), {
    maxLength: 3,
  }),
});

/** Every life of a peer has a connection of its own; some peers have no secret, and some hide behind the name of another. */
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("enter" as const),
      i: who,
      as: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: who }),
      room: fc.oneof({ weight: 5, arbitrary: fc.constant(rooms[0]) }, { weight: 1, arbitrary: room }),
      tip: fc.option(tip),
      previousPlace: fc.option(previousPlace, { nil: undefined }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("say" as const),
      i: who,
      message: fc.oneof(
        {
          weight: 5,
          arbitrary: fc.tuple(tip, fc.option(version), fc.boolean()).map(([at, promise, needsRoster]) => ({
            kind: "ready",
            digest,
            tip: at,
            ...(promise && { promise }),
            ...(needsRoster && { needsRoster }),
          })),
        },
        { weight: 3, arbitrary: tip.map((at) => ({ kind: "committed", tip: at })) },
        { weight: 2, arbitrary: fc.boolean().map((running) => ({ kind: "control", running })) },
        { weight: 2, arbitrary: who.map((i) => ({ kind: "report", peer: peerName(i), loss: "unopened", reason: "" })) },
        { weight: 1, arbitrary: version.map((of) => ({ kind: "stuck", version: of })) },
        { weight: 1, arbitrary: fc.option(tip, { nil: undefined }).map((at) => ({ kind: "leave", ...(at && { tip: at }) })) },
      ),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("lose" as const), i: who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave-beacon" as const), i: who, room }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(1, 60, 700, 3_000, 8_000, 46_000) }),
  },
  /** Time goes by, and nobody rings: the server stood still. */
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("jump" as const), ms: fc.constantFrom(100, 5_000, 70_000) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "tick" as const }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** A lobby under virtual time, which is woken when it asks for it and at no other time. */
function lobbyOf() {
  const lobby = createLobby({ bornAt: 1_000, iceServers: [], hashOf, pacing: { startMs: 8_000 }, maxRooms: 2 });
  /** By peer: of its connection, if it has one. */
  const open = new Map<number, string>();
  let lives = 0;
  let now = 1_000;
  let wakeAt: number | null = null;

  function feed(event: LobbyEvent): void {
    if (event.kind === "tick") wakeAt = null;
    for (const effect of lobby.handle(event, now)) {
      if (effect.kind === "wake") wakeAt = effect.at;
      else if (effect.kind === "close") for (const [i, connection] of open) if (connection === effect.connection) open.delete(i);
    }
    if (lobby.stats().rooms === 0) return;
    if (wakeAt === null) throw new Error("expected a room that is not empty to ask for a wake");
    if (wakeAt - now > maxMs) throw new Error(`expected a wake within a minute, got one after ${wakeAt - now} ms`);
  }

  const say = (i: number, message: unknown): void => {
    const connection = open.get(i);
    if (connection !== undefined) feed({ kind: "message", connection, message });
  };
  const lose = (i: number): void => {
    const connection = open.get(i);
    if (connection === undefined) return;
    open.delete(i);
    feed({ kind: "disconnected", connection });
  };

  return {
    stats: () => lobby.stats(),
    say,
    lose,
    enter(i: number, hello: ReturnType<typeof helloOf>): void {
      lose(i);
      const connection = `c${lives}`;
      lives += 1;
      open.set(i, connection);
      feed({ kind: "connected", connection, ...(i === 0 ? {} : { session: `secret ${i}` }) });
      say(i, hello);
    },
    leaveBeacon: (i: number, of: string): void =>
      feed({ kind: "leave-beacon", text: JSON.stringify({ room: of, peer: peerName(i), session: `secret ${i}` }) }),
    tick: (): void => feed({ kind: "tick" }),
    jump(ms: number): void {
      now += ms;
    },
    pass(ms: number): void {
      const end = now + ms;
      for (let steps = 0; wakeAt !== null && wakeAt <= end; steps += 1) {
        if (steps === 1_000) throw new Error("expected fewer wakes");
        now = Math.max(now, wakeAt);
        feed({ kind: "tick" });
      }
      now = Math.max(now, end);
    },
  };
}

/** What one action is to the lobby. */
function play(lobby: ReturnType<typeof lobbyOf>, next: Action): void {
  switch (next.kind) {
    case "enter": {
      const { i, as, room: name, tip: stands, previousPlace: was } = next;
      return lobby.enter(i, helloOf(as ?? i, { room: name, config, tip: stands, ...(was && { previousPlace: was }) }));
    }
    case "say":
      return lobby.say(next.i, next.message);
    case "lose":
      return lobby.lose(next.i);
    case "leave-beacon":
      return lobby.leaveBeacon(next.i, next.room);
    case "pass":
      return lobby.pass(next.ms);
    case "jump":
      return lobby.jump(next.ms);
    case "tick":
      return lobby.tick();
  }
}

describe("rooms that everybody has left, however that came", () => {
  it("end within a minute, and until then a room always asks for a wake", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30, size: "max" }), (actions) => {
        const lobby = lobbyOf();
        for (const next of actions) play(lobby, next);
        for (let i = 0; i < peers; i += 1) lobby.lose(i);
        lobby.pass(maxMs);
        expect(lobby.stats()).toMatchObject({ rooms: 0, peers: 0 });
      }),
      { numRuns: histories },
    );
  }, 600_000);
});
