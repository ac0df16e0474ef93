import { createHasher } from "../../../shared/base/hash.ts";
import type { Tip } from "../../../shared/base/tip.ts";
import type { Version } from "../../../shared/base/version.ts";
import { configText, defaultConfig, type RunConfig } from "../../../shared/run/config.ts";
import { describeRun } from "../../../shared/run/describe-run.ts";
import type { ClientMessage, RosterMessage, ServerMessage } from "../../../shared/signaling/protocol/messages.ts";
import { serverMessageSchema, signalingProtocol } from "../../../shared/signaling/protocol/messages.ts";
import type { RunDescription } from "../../../shared/signaling/protocol/run-description.ts";
import { createRoom, type RoomEvent } from "../../../shared/signaling/room/room.ts";
import type { RoomOptions } from "../../../shared/signaling/room/room-state.ts";
import type { Effect } from "../../../shared/signaling/roster/effects.ts";

export const hasher = await createHasher();
export const hashOf = (text: string): string => hasher(text);
export const runOf = (config: RunConfig): RunDescription => describeRun(config, hasher);

/** The i-th peer's name. */
export const peerName = (i: number): string => i.toString(16).padStart(16, "0");

export const tipAt = (round: number, version: readonly [number, number] = [0, 0]): Tip => ({
  round,
  version: [...version],
  hash: round.toString(16).padStart(32, "0"),
});

export type Hello = Extract<ClientMessage, { kind: "hello" }>;

/** A hello of a test. `config`: what the peer insists on; null: it takes whatever the room has. */
export type TestHello = Partial<Hello> & { readonly config?: RunConfig | null };

export function helloOf(i: number, { config = null, ...overrides }: TestHello = {}): Hello {
  const base = { protocol: signalingProtocol, room: "grove", peer: peerName(i), label: `peer ${i}`, tip: null };
  const asks = { description: runOf(config ?? defaultConfig), insists: config !== null };
  return { kind: "hello", ...base, ...asks, ...overrides };
}

/** A room under virtual time, with what each connection was told. Connection `c<i>` is peer i's. */
export function roomHarness(options: Partial<RoomOptions> = {}) {
  const counters = { refused: 0, dropped: 0 };
  const room = createRoom({ epoch: 1_000, iceServers: [], hashOf, counters, ...options });
  const told = new Map<string, ServerMessage[]>();
  const closed = new Set<string>();
  let now = 0;
  let wakeAt: number | null = null;
  let broadcasts = 0;
  /** Where peers answer that they stand; who is not in it stands where the run does. */
  const standings = new Map<number, number | null>();
  let reached = 0;
  /** Under which version each round was committed, as the first that told of it says: peers of one chain have one tip a round. */
  const committers = new Map<number, readonly [number, number]>();
  /** What peers have promised, by number. */
  const promises = new Map<number, Version>();

  function handle(event: RoomEvent): readonly Effect[] {
    const effects = room.handle(event, now);
    const questions: number[] = [];
    for (const effect of effects) {
      if (effect.kind === "wake") wakeAt = effect.at;
      else if (effect.kind === "close") closed.add(effect.connection);
      else {
        if (effect.message.kind === "roster") broadcasts += 1;
        serverMessageSchema.parse(effect.message);
        for (const to of effect.to) told.set(to, [...(told.get(to) ?? []), effect.message]);
        if (effect.message.kind === "status-request") questions.push(...asked(effect.message, effect.to));
      }
    }
    for (const i of questions) answer(i);
    return effects;
  }

  /** Who is asked, by number; what it is to promise is promised with its next `ready`. */
  function asked(
    { prepare }: Extract<ServerMessage, { kind: "status-request" }>,
    connections: readonly string[],
  ): readonly number[] {
    const peers = connections.map((connection) => Number(connection.slice(1)));
    if (prepare !== undefined) for (const i of peers) promises.set(i, prepare);
    return peers;
  }

  function answer(i: number): void {
    const round = standings.has(i) ? standings.get(i)! : reached;
    const { description } = room.view();
    if (round === null || description === null) return;
    readyFor(i, description.digest, round);
  }

  function ready(i: number, config: RunConfig = defaultConfig, round = 0): void {
    readyFor(i, hashOf(configText(config)), round);
  }

  function readyFor(i: number, digest: string, round: number): void {
    const promised = promises.get(i);
    const promise = promised === undefined ? {} : { promise: promised };
    say(i, { kind: "ready", digest, tip: tipAt(round, committers.get(round)), ...promise });
  }

  /** Lets time pass, waking the room when it asked for it. */
  function pass(ms: number): void {
    const end = now + ms;
    while (wakeAt !== null && wakeAt <= end) {
      now = Math.max(now, wakeAt);
      wakeAt = null;
      handle({ kind: "tick" });
    }
    now = end;
  }

  /** Time passes, and the room is not woken: its server stands still. */
  function sleep(ms: number): void {
    now += ms;
  }

  function say(i: number, message: ClientMessage) {
    const tip = "tip" in message ? message.tip : null;
    if (tip != null && !committers.has(tip.round)) committers.set(tip.round, [...tip.version]);
    return handle({ kind: "message", connection: `c${i}`, message });
  }
  const hear = (i: number): readonly ServerMessage[] => told.get(`c${i}`) ?? [];
  const last = <K extends ServerMessage["kind"]>(i: number, kind: K) =>
    hear(i).findLast((message): message is Extract<ServerMessage, { kind: K }> => message.kind === kind);

  return {
    room,
    counters,
    handle,
    pass,
    sleep,
    say,
    hear,
    last,
    isClosed: (i: number) => closed.has(`c${i}`),
    broadcasts: () => broadcasts,
    rosters: (i: number) => hear(i).filter((message): message is RosterMessage => message.kind === "roster"),
    /** Members of the roster in force, as numbers. */
    members: () => room.view().members.map((peer) => Number.parseInt(peer, 16)),
    enter(i: number, overrides: TestHello = {}, session = ""): void {
      handle({ kind: "connected", connection: `c${i}`, session });
      say(i, helloOf(i, overrides));
    },
    ready,
    lose(i: number): void {
      handle({ kind: "disconnected", connection: `c${i}` });
    },
    /** Peers 0 … count−1 say hello and are ready, and their roster goes out. */
    gather(count: number, config: Partial<RunConfig> = {}): RunConfig {
      const whole = { ...defaultConfig, ...config };
      for (let i = 0; i < count; i += 1) {
        this.enter(i, { config: whole });
        this.ready(i, whole);
      }
      pass(5_000);
      return whole;
    },
    /** From now on peer i answers that it stands at this round when it is asked; null: it does not answer. */
    standsAt(i: number, round: number | null): void {
      standings.set(i, round);
    },
    commit(i: number, round: number): void {
      reached = Math.max(reached, round);
      say(i, { kind: "committed", tip: tipAt(round, room.view().version) });
    },
  };
}
