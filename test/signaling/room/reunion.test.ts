import { describe, expect, it } from "vitest";
import type { Tip } from "../../../shared/base/tip.ts";
import { configText, defaultConfig } from "../../../shared/run/config.ts";
import type { ServerMessage } from "../../../shared/signaling/protocol/messages.ts";
import { createLobby, type LobbyEvent } from "../../../shared/signaling/room/lobby.ts";
import type { Effect } from "../../../shared/signaling/roster/effects.ts";
import { hashOf, helloOf, peerName, tipAt } from "./room-harness.ts";

const digest = hashOf(configText(defaultConfig));

/** Peers 0 … count−1 of a run that stands at round 50, with a secret each; all of it on a lobby under virtual time. */
function runOf(count: number) {
  const lobby = createLobby({ bornAt: 0, iceServers: [], hashOf });
  const told = new Map<string, ServerMessage[]>();
  let now = 100_000;
  let wakeAt: number | null = null;
  const feed = (event: LobbyEvent): void => {
    if (event.kind === "tick") wakeAt = null;
    for (const effect of lobby.handle(event, now) satisfies readonly Effect[]) {
      if (effect.kind === "wake") wakeAt = effect.at;
      else if (effect.kind === "send") for (const to of effect.to) told.set(to, [...(told.get(to) ?? []), effect.message]);
    }
  };
  const pass = (ms: number): void => {
    const end = now + ms;
    while (wakeAt !== null && wakeAt <= end) {
      now = Math.max(now, wakeAt);
      feed({ kind: "tick" });
    }
    now = end;
  };
  const enter = (c: string, i: number, session: string, tip: Tip | null): void => {
    feed({ kind: "connected", connection: c, session });
    const previousPlace = { seat: i, position: null, members: count, version: [100_000, 1] as [number, number] };
    feed({ kind: "message", connection: c, message: helloOf(i, { config: defaultConfig, tip, ...(tip && { previousPlace }) }) });
    feed({ kind: "message", connection: c, message: { kind: "ready", digest, tip: tip ?? tipAt(0) } });
  };
  const last = <K extends ServerMessage["kind"]>(c: string, kind: K) =>
    told.get(c)?.findLast((message): message is Extract<ServerMessage, { kind: K }> => message.kind === kind);

  for (let i = 0; i < count; i += 1) enter(`c${i}`, i, `secret ${i}`, null);
  if (count === 1) feed({ kind: "message", connection: "c0", message: { kind: "control", running: true } });
  pass(1_000);
  feed({ kind: "message", connection: "c0", message: { kind: "committed", tip: tipAt(50, [100_000, 1]) } });
  return {
    pass,
    last,
    say: (c: string, message: unknown): void => feed({ kind: "message", connection: c, message }),
    /** As a page that is loaded again does. */
    unload(i: number): void {
      feed({ kind: "leave-beacon", text: JSON.stringify({ room: "grove", peer: peerName(i), session: `secret ${i}` }) });
    },
    /** Under another name. */
    comeBack: (i: number, round = 50): void => enter(`d${i}`, 10 + i, `secret ${i}`, tipAt(round, [100_000, 1])),
    members: (c: string) => last(c, "roster")?.members.map(({ peer }) => peer) ?? [],
  };
}

describe("peers who all left and come back", () => {
  it("wait for nobody if it was one alone", () => {
    const { unload, comeBack, pass, members, last } = runOf(1);
    unload(0);
    pass(2_000);
    comeBack(0);
    pass(100);
    expect(members("d0")).toEqual([peerName(10)]);
    expect(last("d0", "roster")?.running).toBe(true);
    expect(last("d0", "waiting")).toBeUndefined();
  });

  it("wait until all of them are back, and are told what for and how long", () => {
    const { unload, comeBack, pass, members, last } = runOf(3);
    for (const i of [0, 1, 2]) unload(i);
    pass(2_000);
    for (const i of [2, 0]) comeBack(i);
    pass(20_000);
    expect(members("d0")).toEqual([]);
    expect(last("d2", "waiting")).toEqual({
      kind: "waiting",
      what: "for the other peers of this run: they may have more of its rounds",
      forMs: 45_000,
    });
    comeBack(1, 51);
    pass(100);
    expect(members("d1")[0]).toBe(peerName(11));
    expect(members("d1")).toHaveLength(3);
  });

  it("do not wait for one that said when it left that it had no more than they have, and do for one that had", () => {
    for (const [round, count] of [
      [50, 1],
      [51, 0],
    ] as const) {
      const { unload, comeBack, pass, members, say } = runOf(2);
      say("c1", { kind: "leave", tip: tipAt(round, [100_000, 1]) });
      unload(0);
      pass(2_000);
      comeBack(0);
      pass(100);
      expect(members("d0")).toHaveLength(count);
    }
  });

  it("wait for nobody where one of them says that it has all rounds of the run", () => {
    const { unload, comeBack, pass, members, say } = runOf(3);
    for (const i of [0, 1, 2]) unload(i);
    comeBack(0);
    pass(20_000);
    expect(members("d0")).toEqual([]);
    say("d0", { kind: "ready", digest, tip: tipAt(50, [100_000, 1]), over: true });
    pass(100);
    expect(members("d0")).toEqual([peerName(10)]);
  });

  it("do not wait for one that left before the others committed without it", () => {
    const { unload, comeBack, pass, members, say, last } = runOf(2);
    unload(1);
    pass(3_000);
    say("c0", { kind: "committed", tip: tipAt(60, last("c0", "roster")!.version) });
    unload(0);
    comeBack(0, 60);
    pass(100);
    expect(members("d0")).toEqual([peerName(10)]);
  });

  it("wait for those whose secret somebody else does not have", () => {
    const { unload, pass, members, say, comeBack } = runOf(2);
    for (const i of [0, 1]) unload(i);
    comeBack(0);
    comeBack(7);
    say("d7", { kind: "ready", digest, tip: tipAt(50) });
    pass(20_000);
    expect(members("d0")).toEqual([]);
    pass(30_000);
    expect(members("d0")).toHaveLength(2);
  });
});
