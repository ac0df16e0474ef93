import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configText, defaultConfig } from "../../../shared/run/config.ts";
import type { ClientMessage } from "../../../shared/signaling/protocol/messages.ts";
import { createRoom, type Room, type RoomEvent } from "../../../shared/signaling/room/room.ts";
import { electionStates, rosterStates, type StateRow } from "../../../shared/signaling/room/states.ts";
import type { Effect } from "../../../shared/signaling/roster/effects.ts";
import { hashOf, helloOf, tipAt } from "./room-harness.ts";

/** Histories drawn; with tens of thousands the rare transitions are reached, too. */
const histories = Number(process.env["COPSE_HISTORIES"] ?? 1_500);
const peers = 5;
const config = { ...defaultConfig, startAt: 2 };
const digest = hashOf(configText(config));
const who = fc.nat(peers - 1);
/** Rounds that a peer is behind the run. */
const lag = fc.constantFrom(0, 0, 0, 1, 1, 3, 20);
const waits = fc.constantFrom(1, 60, 700, 3_000, 8_000, 46_000);

const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("enter" as const), i: who, isBack: fc.boolean(), lag }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("ready" as const), i: who, lag, needsRoster: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("commit" as const), rounds: fc.constantFrom(1, 1, 2, 12) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("lose" as const), i: who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("lose-half" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave" as const), i: who, lag }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("report" as const), i: who, other: who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("stuck" as const), i: who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("control" as const), i: who, running: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: waits }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

const history = fc.record({
  isPatient: fc.boolean(),
  /** Whether peers answer a status request at once. */
  answers: fc.boolean(),
  /** Members of a run that is under way when the history begins; 0: an empty room. */
  underWay: fc.nat(peers),
  actions: fc.array(action, { maxLength: 40, size: "max" }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly room: Room;
  readonly answers: boolean;
  readonly open: Map<number, string>;
  readonly promises: Map<number, readonly [number, number]>;
  /** Transitions seen, as "from to". */
  readonly roster: Set<string>;
  readonly election: Set<string>;
  lives: number;
  now: number;
  wakeAt: number | null;
  reached: number;
}

/** @returns the peers that were sent a status request */
function carryOut(world: World, effect: Effect): readonly number[] {
  if (effect.kind === "wake") world.wakeAt = effect.at;
  if (effect.kind === "close") for (const [i, c] of world.open) if (c === effect.connection) world.open.delete(i);
  if (effect.kind !== "send" || effect.message.kind !== "status-request") return [];
  const { prepare } = effect.message;
  const asked = [...world.open].flatMap(([i, connection]) => (effect.to.includes(connection) ? [i] : []));
  if (prepare !== undefined) for (const i of asked) world.promises.set(i, prepare);
  return asked;
}

function feed(world: World, event: RoomEvent): void {
  const { room } = world;
  const before = room.states();
  if (event.kind === "tick") world.wakeAt = null;
  const asked = room.handle(event, world.now).flatMap((effect) => carryOut(world, effect));
  const after = room.states();
  if (before.roster !== after.roster) world.roster.add(`${before.roster} ${after.roster}`);
  if (before.election !== after.election) world.election.add(`${before.election} ${after.election}`);
  if (world.answers) for (const i of asked) ready(world, i, 0);
}

const tipOf = ({ room, reached }: World, behind: number) => tipAt(Math.max(0, reached - behind), room.view().version);

function say(world: World, i: number, message: ClientMessage): void {
  const connection = world.open.get(i);
  if (connection !== undefined) feed(world, { kind: "message", connection, message });
}

function ready(world: World, i: number, behind: number, needsRoster = false): void {
  const promise = world.promises.get(i);
  const more = { ...(promise && { promise }), ...(needsRoster && { needsRoster: true as const }) };
  say(world, i, { kind: "ready", digest, tip: tipOf(world, behind), ...more });
}

function lose(world: World, i: number): void {
  const connection = world.open.get(i);
  world.open.delete(i);
  if (connection !== undefined) feed(world, { kind: "disconnected", connection });
}

function enter(world: World, i: number, isBack: boolean, behind: number): void {
  lose(world, i);
  const connection = `c${world.lives}`;
  world.lives += 1;
  world.open.set(i, connection);
  feed(world, { kind: "connected", connection, session: `secret ${i}` });
  const { version } = world.room.view();
  const places = [{ version, position: i < 3 ? i : null, members: 3 }];
  const previousPlace = { seat: i, position: i, members: 3, version, places };
  const tip = isBack && world.reached > behind ? tipOf(world, behind) : null;
  say(world, i, helloOf(i, { config, tip, ...(isBack ? { previousPlace } : {}) }));
}

function pass(world: World, ms: number): void {
  const end = world.now + ms;
  while (world.wakeAt !== null && world.wakeAt <= end) {
    world.now = Math.max(world.now, world.wakeAt);
    feed(world, { kind: "tick" });
  }
  world.now = end;
}

function act(world: World, next: Action): void {
  const members = world.room.view().members.map((peer) => Number.parseInt(peer, 16));
  switch (next.kind) {
    case "enter":
      return enter(world, next.i, next.isBack, next.lag);
    case "ready":
      return ready(world, next.i, next.lag, next.needsRoster);
    case "commit":
      world.reached += next.rounds;
      return say(world, members[0] ?? -1, { kind: "committed", tip: tipOf(world, 0) });
    case "lose":
      return lose(world, next.i);
    case "lose-half":
      return members.slice(0, Math.ceil(members.length / 2)).forEach((i) => void lose(world, i));
    case "leave":
      return say(world, next.i, { kind: "leave", tip: tipOf(world, next.lag) });
    case "report":
      return say(world, next.i, { kind: "report", peer: helloOf(next.other).peer, loss: "unopened", reason: "" });
    case "stuck":
      return say(world, next.i, { kind: "stuck", version: world.room.view().version });
    case "control":
      return say(world, next.i, { kind: "control", running: next.running });
    case "pass":
      return pass(world, next.ms);
  }
}

/** Plays a history; the transitions that were seen. */
function play({ isPatient, answers, underWay, actions }: History): Pick<World, "roster" | "election"> {
  const pacing = { startMs: isPatient ? 8_000 : 0 };
  const world: World = {
    room: createRoom({ epoch: 1_000, iceServers: [], hashOf, bornAt: 0, pacing }),
    ...{ answers, open: new Map(), promises: new Map(), roster: new Set<string>(), election: new Set<string>() },
    ...{ lives: 0, now: 0, wakeAt: null, reached: 0 },
  };
  for (let i = 0; i < underWay; i += 1) {
    enter(world, i, false, 0);
    ready(world, i, 0);
  }
  if (underWay > 0) pass(world, 46_000);
  if (underWay > 0) act(world, { kind: "commit", rounds: 12 });
  for (const next of actions) act(world, next);
  return world;
}

const transitions = (rows: readonly StateRow<string>[]) => rows.flatMap(({ state, next }) => next.map((to) => `${state} ${to}`));
/** Seen a few times in 15,000 histories. */
const rare = new Set(["starting paced", "starting electing", "electing gathering", "gathering starting", "settled electing"]);
for (const row of ["led open", "open asking", "open preparing", "starting gathering"]) rare.add(row);

describe("the state tables of a room", () => {
  it("have every transition that histories show, and histories show every one of them", () => {
    const seen = { roster: new Set<string>(), election: new Set<string>() };
    fc.assert(
      fc.property(history, (drawn) => {
        const { roster, election } = play(drawn);
        for (const row of roster) seen.roster.add(row);
        for (const row of election) seen.election.add(row);
        expect([...roster].filter((row) => !transitions(rosterStates).includes(row))).toEqual([]);
        expect([...election].filter((row) => !transitions(electionStates).includes(row))).toEqual([]);
      }),
      { numRuns: histories, seed: 1 },
    );
    const mustShow = (row: string): boolean => histories >= 50_000 || !rare.has(row);
    expect(transitions(rosterStates).filter((row) => mustShow(row) && !seen.roster.has(row))).toEqual([]);
    expect(transitions(electionStates).filter((row) => mustShow(row) && !seen.election.has(row))).toEqual([]);
  }, 600_000);

  it("stand in PROTOCOL.md as they are", () => {
    const page = readFileSync(new URL("../../../PROTOCOL.md", import.meta.url), "utf8");
    for (const rows of [rosterStates, electionStates]) expect(page).toContain(tableOf(rows));
  });
});

function tableOf(rows: readonly StateRow<string>[]): string {
  const lines = rows.map(({ state, meaning, ends, next }) => `| ${state} | ${meaning} | ${ends} | ${next.join(", ")} |`);
  return ["| state | | ends | may become |", "|---|---|---|---|", ...lines].join("\n");
}
