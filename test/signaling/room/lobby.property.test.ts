import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions } from "../../../shared/base/version.ts";
import { configText, defaultConfig } from "../../../shared/run/config.ts";
import type { RosterMessage, ServerMessage } from "../../../shared/signaling/protocol/messages.ts";
import { serverMessageSchema } from "../../../shared/signaling/protocol/messages.ts";
import { createLobby, type LobbyEvent } from "../../../shared/signaling/room/lobby.ts";
import { hashOf, helloOf, peerName, tipAt } from "./room-harness.ts";

const peers = 7;
const config = { ...defaultConfig, startAt: 3 };
const digest = hashOf(configText(config));
const who = fc.nat(peers - 1);
const round = fc.constantFrom(0, 1, 5, 30);

/** Mostly what a client might say, at any time; sometimes anything. */
const message = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(who, round).map(([i, at]) => helloOf(i, { tip: at === 0 ? null : tipAt(at), config })),
  },
  { weight: 6, arbitrary: round.map((at) => ({ kind: "ready", digest, tip: tipAt(at) })) },
  { weight: 1, arbitrary: round.map((at) => ({ kind: "ready", digest: "0".repeat(32), tip: tipAt(at) })) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(who, fc.constantFrom("unopened", "closed", "broken"))
      .map(([i, loss]) => ({ kind: "report", peer: peerName(i), loss, reason: "" })),
  },
  { weight: 2, arbitrary: round.map((at) => ({ kind: "committed", tip: tipAt(at) })) },
  { weight: 2, arbitrary: fc.boolean().map((running) => ({ kind: "control", running })) },
  { weight: 1, arbitrary: fc.constant({ kind: "leave" }) },
  { weight: 1, arbitrary: who.map((i) => ({ kind: "signal", to: peerName(i), data: "x" })) },
  { weight: 2, arbitrary: fc.anything() },
  { weight: 1, arbitrary: fc.jsonValue() },
);

const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("enter" as const), i: who }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("say" as const), i: who, message }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("lose" as const), i: who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(1, 60, 700, 2_500, 8_000) }) },
);

/** Drives a lobby under virtual time and checks every roster that it sends against those before. */
function witness() {
  const lobby = createLobby({ bornAt: 0, iceServers: [], hashOf });
  const inForce = new Map<string, RosterMessage>();
  const open = new Set<string>();
  const entered = new Set<string>();
  let issued: RosterMessage | null = null;
  let now = 1_000;
  let wakeAt: number | null = null;

  function forget(connection: string): void {
    for (const those of [open, entered, inForce]) those.delete(connection);
  }

  function checkRoster(sent: RosterMessage): void {
    const names = sent.members.map(({ peer }) => peer);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(sent.members.map(({ seat }) => seat)).size).toBe(names.length);
    if (sent.donor !== null) expect(names).toContain(sent.donor);
    if (issued !== null && compareVersions(sent.version, issued.version) === 0) expect(sent.members).toEqual(issued.members);
    issued = sent;
  }

  function receive(to: string, sent: ServerMessage): void {
    expect(open).toContain(to);
    if (sent.kind === "welcome") entered.add(to);
    if (sent.kind !== "roster") return;
    const before = inForce.get(to);
    if (before !== undefined) expect(compareVersions(sent.version, before.version)).toBeGreaterThanOrEqual(0);
    inForce.set(to, sent);
  }

  function feed(event: LobbyEvent): void {
    for (const effect of lobby.handle(event, now)) {
      if (effect.kind === "wake") wakeAt = effect.at;
      else if (effect.kind === "close") forget(effect.connection);
      else {
        const sent = serverMessageSchema.parse(effect.message);
        if (sent.kind === "roster") checkRoster(sent);
        for (const to of effect.to) receive(to, sent);
      }
    }
  }

  return {
    lobby,
    inForce,
    entered,
    say: (i: number, message: unknown): void => feed({ kind: "message", connection: `c${i}`, message }),
    connect(i: number): void {
      if (open.has(`c${i}`)) return;
      open.add(`c${i}`);
      feed({ kind: "connected", connection: `c${i}` });
    },
    lose(i: number): void {
      forget(`c${i}`);
      feed({ kind: "disconnected", connection: `c${i}` });
    },
    pass(ms: number): void {
      const end = now + ms;
      for (let steps = 0; wakeAt !== null && wakeAt <= end; steps += 1) {
        expect(steps).toBeLessThan(1_000);
        now = Math.max(now, wakeAt);
        wakeAt = null;
        feed({ kind: "tick" });
      }
      now = end;
    },
  };
}

describe("whatever happens, in whatever order", () => {
  it("the lobby never throws, versions only grow, members are distinct, and all who are connected end with the same roster", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120, size: "max" }), (actions) => {
        const { lobby, inForce, entered, say, connect, lose, pass } = witness();
        for (const next of actions) {
          if (next.kind === "pass") pass(next.ms);
          else if (next.kind === "say") say(next.i, next.message);
          else if (next.kind === "lose") lose(next.i);
          else {
            connect(next.i);
            say(next.i, helloOf(next.i, { config }));
            say(next.i, { kind: "ready", digest, tip: tipAt(0) });
          }
        }
        pass(60_000);
        expect(lobby.stats().peers).toBe(entered.size);
        expect(lobby.stats().rooms).toBe(entered.size > 0 ? 1 : 0);
        const last = [...inForce.values()];
        for (const roster of last) {
          expect(roster.version).toEqual(last[0]!.version);
          expect(roster.members.length).toBeLessThanOrEqual(entered.size);
        }
      }),
      { numRuns: 300 },
    );
  });
});
