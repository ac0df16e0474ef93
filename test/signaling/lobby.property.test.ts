import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLobby } from "../../shared/signaling/lobby.ts";
import type { RosterMessage } from "../../shared/signaling/messages.ts";
import { serverMessageSchema } from "../../shared/signaling/messages.ts";
import { compareVersions } from "../../shared/signaling/version.ts";
import { configText, defaultConfig } from "../../shared/training/config.ts";
import { hashOf, helloOf, peerName, tipAt } from "./room-harness.ts";

const peers = 7;
const configHash = hashOf(configText({ ...defaultConfig, startAt: 3 }));
const who = fc.nat(peers - 1);
const round = fc.constantFrom(0, 1, 5, 30);

/** Mostly what a client might say, at any time; sometimes anything. */
const message = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(who, round)
      .map(([i, at]) => helloOf(i, { tip: at === 0 ? null : tipAt(at), config: { ...defaultConfig, startAt: 3 } })),
  },
  { weight: 6, arbitrary: round.map((at) => ({ kind: "ready", configHash, tip: tipAt(at) })) },
  { weight: 1, arbitrary: round.map((at) => ({ kind: "ready", configHash: "0".repeat(32), tip: tipAt(at) })) },
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

describe("whatever happens, in whatever order", () => {
  it("the lobby never throws, versions only grow, members are distinct, and all who are connected end with the same roster", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const lobby = createLobby({ iceServers: [], hashOf });
        const inForce = new Map<string, RosterMessage>();
        const open = new Set<string>();
        const entered = new Set<string>();
        let issued: RosterMessage | null = null;
        let now = 1_000;
        let wakeAt: number | null = null;
        const feed = (event: Parameters<typeof lobby.handle>[0]): void => {
          for (const effect of lobby.handle(event, now)) {
            if (effect.kind === "wake") wakeAt = effect.at;
            else if (effect.kind === "close") {
              open.delete(effect.connection);
              entered.delete(effect.connection);
              inForce.delete(effect.connection);
            } else {
              const sent = serverMessageSchema.parse(effect.message);
              for (const to of effect.to) {
                expect(open).toContain(to);
                if (sent.kind === "welcome") entered.add(to);
                if (sent.kind !== "roster") continue;
                const before = inForce.get(to);
                if (before !== undefined) expect(compareVersions(sent.version, before.version)).toBeGreaterThanOrEqual(0);
                inForce.set(to, sent);
              }
              if (sent.kind !== "roster") continue;
              expect(new Set(sent.members.map(({ peer }) => peer)).size).toBe(sent.members.length);
              expect(new Set(sent.members.map(({ seat }) => seat)).size).toBe(sent.members.length);
              if (sent.sponsor !== null) expect(sent.members.map(({ peer }) => peer)).toContain(sent.sponsor);
              if (issued !== null && compareVersions(sent.version, issued.version) === 0)
                expect(sent.members).toEqual(issued.members);
              issued = sent;
            }
          }
        };
        const pass = (ms: number): void => {
          const end = now + ms;
          for (let steps = 0; wakeAt !== null && wakeAt <= end; steps += 1) {
            expect(steps).toBeLessThan(1_000);
            now = Math.max(now, wakeAt);
            wakeAt = null;
            feed({ kind: "tick" });
          }
          now = end;
        };
        const connect = (connection: string): void => {
          if (open.has(connection)) return;
          open.add(connection);
          feed({ kind: "connected", connection });
        };
        for (const next of actions) {
          if (next.kind === "pass") pass(next.ms);
          else if (next.kind === "say") feed({ kind: "message", connection: `c${next.i}`, message: next.message });
          else if (next.kind === "enter") {
            connect(`c${next.i}`);
            const hello = helloOf(next.i, { config: { ...defaultConfig, startAt: 3 } });
            feed({ kind: "message", connection: `c${next.i}`, message: hello });
            feed({ kind: "message", connection: `c${next.i}`, message: { kind: "ready", configHash, tip: tipAt(0) } });
          } else if (open.delete(`c${next.i}`)) {
            entered.delete(`c${next.i}`);
            inForce.delete(`c${next.i}`);
            feed({ kind: "disconnected", connection: `c${next.i}` });
          }
        }
        pass(30_000);
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
