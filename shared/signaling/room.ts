import type { Hash } from "../hash.ts";
import { configDifferences, configText, defaultConfig, type RunConfig } from "../training/config.ts";
import type { PeerId } from "../transport.ts";
import { findSponsors, rosterTo } from "./broadcast.ts";
import { type Counters, type Effect, refusal } from "./effects.ts";
import { askForHeirs } from "./grace.ts";
import type { ConnectionId, Guest } from "./guest.ts";
import { dueTime, issueIfDue } from "./issue.ts";
import { forgetLosses, forgiveLosses, reportLoss } from "./losses.ts";
import type { ClientMessage, IceServer, ServerMessage, Tip } from "./messages.ts";
import { defaultPacing, type Pacing, patientStartMs } from "./pacing.ts";
import { admit, away, committed, control, createRoster, outdo, outworn, resume, unplace } from "./roster.ts";
import { createSeats } from "./seats.ts";
import { probe, silentSince } from "./silence.ts";
import { isHeld, learn, where } from "./succession.ts";
import type { Version } from "./version.ts";

/** A version that a client reports from further ahead than this is not from a server whose clock was merely a little fast. */
const maxClockSkewMs = 86_400_000;

const isCredible = ([epoch]: Version, now: number): boolean => epoch <= now + maxClockSkewMs;

/** Peers of one room, members and observers: what the schema of a roster allows. */
export const maxPeersPerRoom = 4096;

export interface RoomOptions {
  /** First half of every version: greater than that of any room of this name before. Milliseconds since 1970 will do. */
  readonly epoch: number;
  readonly iceServers: readonly IceServer[];
  /** Of a configuration's text. */
  readonly hashOf: (text: string) => Hash;
  readonly pacing?: Partial<Pacing>;
  /** When the server started, on the clock that `handle` is given; long ago where absent. */
  readonly bornAt?: number;
  readonly maxPeers?: number;
  /** Counted into, if given. */
  readonly counters?: Counters;
}

export type RoomEvent =
  | { readonly kind: "connected"; readonly connection: ConnectionId; readonly session?: string }
  | { readonly kind: "message"; readonly connection: ConnectionId; readonly message: ClientMessage }
  | { readonly kind: "disconnected"; readonly connection: ConnectionId }
  /** A peer leaves by other means than its connection, which may be gone; its secret proves that it is the one. */
  | { readonly kind: "left"; readonly peer: PeerId; readonly session: string }
  | { readonly kind: "tick" };

/** One run's meeting point: who is here, in which order they sum, and which configuration they share. No I/O. */
export interface Room {
  /** `now`: milliseconds, never going back. */
  handle(event: RoomEvent, now: number): readonly Effect[];
  view(): RoomView;
  /** Nobody has a living socket, and, where rounds were committed, nobody has had one for longer than clients wait between two attempts. */
  isDeserted(now: number): boolean;
  /** Nobody has a living socket, nobody's place is kept, and nobody has told of a run whose other peers may yet come. */
  isEmpty(now: number): boolean;
}

export interface RoomView {
  /** Of the roster in force, in tree order. */
  readonly version: Version;
  readonly members: readonly PeerId[];
  readonly running: boolean;
  /** Where the root last said the run stands. */
  readonly tip: Tip | null;
  readonly config: RunConfig | null;
  /** Peers with a living socket that said hello. */
  readonly connected: number;
  /** Connected, or away for so short a time that their place is kept. */
  readonly peers: number;
}

type Of<K extends ClientMessage["kind"]> = Extract<ClientMessage, { kind: K }>;

/** An empty room. Its first hello sets the run's configuration. */
export function createRoom(options: RoomOptions): Room {
  const { hashOf, iceServers, maxPeers = maxPeersPerRoom, counters = { refused: 0, dropped: 0 } } = options;
  const guests = new Map<PeerId, Guest>();
  /** null: connected, no hello yet. */
  const connections = new Map<ConnectionId, { readonly session: string; guest: Guest | null }>();
  const pacing = { ...defaultPacing, ...options.pacing };
  const startsAt = (options.bornAt ?? Number.NEGATIVE_INFINITY) + pacing.startMs;
  const roster = createRoster(options.epoch, guests, { pacing, startsAt });
  const seats = createSeats();
  let config: RunConfig | null = null;
  let configHash: Hash = "";
  let wakeAt: number | null = null;
  /** When the last peer went. */
  let vacantSince = Number.NEGATIVE_INFINITY;

  /** Until when an empty room is remembered for those who may yet come back to a run that one of them has told of. */
  const keptUntil = (): number =>
    roster.gatherSince === null ? Number.NEGATIVE_INFINITY : roster.gatherSince + pacing.gatherLimitMs;

  function send(guest: Guest, message: ServerMessage): readonly Effect[] {
    return guest.connection === null ? [] : [{ kind: "send", to: [guest.connection], message }];
  }

  const isHere = (peer: PeerId): boolean => guests.has(peer);

  function drop(): readonly Effect[] {
    counters.dropped += 1;
    return [];
  }

  function refuse(connection: ConnectionId, reason: string): readonly Effect[] {
    counters.refused += 1;
    connections.delete(connection);
    return refusal(connection, reason);
  }

  function hello(connection: ConnectionId, session: string, message: Of<"hello">, now: number): readonly Effect[] {
    const known = guests.get(message.peer);
    const mayTakeOver = known !== undefined && known.session === session && (known.connection === null || session !== "");
    if (known !== undefined && !mayTakeOver) {
      return refuse(connection, `expected a peer name of its own, got ${message.peer}, which is in this room already`);
    }
    if (known === undefined && guests.size >= maxPeers) {
      return refuse(connection, `this room is full: it has ${guests.size} peers, as many as a room may have`);
    }
    if (config === null) open(message);
    else if (message.config !== null) {
      const differences = configDifferences(config, message.config);
      if (differences.length > 0) return refuse(connection, `this room trains another configuration: ${differences.join("; ")}`);
    }
    heedFormer(message, now);
    const ended = known === undefined ? succeed(message.peer, session, now) : [];
    const replaced = known?.connection ?? null;
    if (known !== undefined && replaced !== null) {
      connections.delete(replaced);
      // Who was asked as the one it was is not waited for.
      known.connection = null;
    }
    const guest = enter(connection, session, message, known);
    forgetLosses(roster, message.peer);
    guests.set(message.peer, guest);
    connections.set(connection, { session, guest });
    return [
      ...ended,
      ...(replaced === null ? [] : [{ kind: "close", connection: replaced } as const]),
      ...send(guest, { kind: "welcome", seat: guest.member.seat, config: config!, configHash, iceServers: [...iceServers] }),
      ...rosterTo(roster, guest),
      ...(known === undefined ? [] : findSponsors(roster)),
    ];
  }

  function enter(connection: ConnectionId, session: string, message: Of<"hello">, known: Guest | undefined): Guest {
    return {
      member: { peer: message.peer, label: message.label, seat: seats.take(message.peer, message.former?.seat, isHere) },
      session,
      former: message.former ?? null,
      successor: null,
      connection,
      // One that returns is in its place at once; its `ready` may yet say otherwise.
      tip: known?.tip ?? null,
      isSilent: false,
      saidAt: Number.NEGATIVE_INFINITY,
      holds: null,
      placed: known?.placed ?? false,
      sponsor: null,
      unreached: new Map(),
      forgiven: 0,
      unplacedAt: -1,
    };
  }

  /**
   * A new name with the session of a peer of this room is that peer, restarted: it has the other's seat. The other keeps its place,
   * as one that is away; its connection ends.
   */
  function succeed(peer: PeerId, session: string, now: number): readonly Effect[] {
    const effects: Effect[] = [];
    const lives = session === "" ? [] : [...guests.values()].filter((guest) => guest.session === session);
    for (const life of lives) {
      seats.handOver(life.member.peer, peer);
      life.successor = peer;
      const { connection } = life;
      if (connection !== null) effects.push({ kind: "close", connection }, ...disconnected(connection, now));
    }
    return effects;
  }

  /** The first hello. */
  function open(message: Of<"hello">): void {
    config = message.config ?? defaultConfig;
    configHash = hashOf(configText(config));
    roster.tree = config.tree;
    roster.startAt = config.startAt;
  }

  /** A peer that comes with committed rounds tells of a server that restarted: the run goes on. */
  function heedFormer({ peer, tip, former }: Of<"hello">, now: number): void {
    for (const version of [tip?.version, former?.version]) {
      if (version !== undefined && isCredible(version, now)) outdo(roster, version, now);
    }
    const isMember = typeof former?.position === "number" && former.members > 1;
    // It knows of a run, though not of its rounds: others may.
    if (!roster.started && isMember) roster.gatherSince ??= now;
    roster.largest = Math.max(roster.largest, former?.members ?? 0);
    if (tip === null || tip.round === 0) return;
    learn(roster, tip, peer);
    if (roster.started) return;
    resume(roster, tip, now);
    seats.resume();
  }

  function ready(guest: Guest, message: Of<"ready">, now: number): readonly Effect[] {
    if (message.configHash !== configHash) {
      const reason = `expected the configuration with hash ${configHash}, got ${message.configHash}: another release of Copse?`;
      remove(guest, now);
      return refuse(guest.connection!, reason);
    }
    guest.tip = message.tip;
    const isFirst = guest.saidAt === Number.NEGATIVE_INFINITY;
    guest.saidAt = now;
    if (message.holds !== undefined && isCredible(message.holds, now)) outdo(roster, message.holds, now);
    guest.holds = message.holds ?? null;
    learn(roster, message.tip, guest.member.peer);
    admit(roster, guest, now);
    if (message.anew === true && guest.placed) outworn(roster, now);
    // The question may have been lost with the connection before.
    return isFirst && message.holds === undefined && isHeld(roster) ? where([guest], roster.asked!.hold) : [];
  }

  function remove(guest: Guest, now: number): void {
    unplace(roster, guest, now);
    guests.delete(guest.member.peer);
    forgetLosses(roster, guest.member.peer);
  }

  function of(guest: Guest, message: ClientMessage, now: number): readonly Effect[] {
    if (guest.isSilent && roster.probe !== null) roster.probe.heardAt = now;
    guest.isSilent = false;
    switch (message.kind) {
      case "hello":
        return drop();
      case "ready":
        return ready(guest, message, now);
      case "signal": {
        const to = guests.get(message.to);
        return to === undefined || to === guest || to.connection === null
          ? drop()
          : send(to, { kind: "signal", from: guest.member.peer, data: message.data });
      }
      case "report":
        return reportLoss(roster, guest, message, now) ?? drop();
      case "stuck":
        return probe(roster, guest, message.version, now) ?? drop();
      case "committed":
        return committed(roster, guest, { tip: message.tip, now }) ? [] : drop();
      case "control":
        return control(roster, guest, { running: message.running, now }) ? [] : drop();
      case "leave":
        if (message.tip !== undefined) learn(roster, message.tip, guest.member.peer);
        return leave(guest, now);
    }
  }

  function leave(guest: Guest, now: number): readonly Effect[] {
    const { connection } = guest;
    if (connection !== null) connections.delete(connection);
    roster.dismissed.delete(guest.member.peer);
    remove(guest, now);
    return connection === null ? [] : [{ kind: "close", connection }];
  }

  function disconnected(connection: ConnectionId, now: number): readonly Effect[] {
    const guest = connections.get(connection)?.guest;
    connections.delete(connection);
    if (guest === null || guest === undefined) return [];
    guest.connection = null;
    vacantSince = now;
    if (guest.placed) away(roster, now);
    else remove(guest, now);
    return [];
  }

  /** Ends the connections of those who were asked and are silent: they are away, and connect again when they wake. */
  function endSilent(now: number): readonly Effect[] {
    const silent = silentSince(roster, now);
    // No commit is to be waited for.
    if (silent.length > 0) roster.urgent = true;
    return silent.flatMap((connection) => [{ kind: "close", connection }, ...disconnected(connection, now)]);
  }

  function dispatch(event: RoomEvent, now: number): readonly Effect[] {
    if (event.kind === "tick") return [];
    if (event.kind === "disconnected") return disconnected(event.connection, now);
    if (event.kind === "left") {
      const guest = guests.get(event.peer);
      return guest !== undefined && guest.session === event.session ? leave(guest, now) : drop();
    }
    const entry = connections.get(event.connection);
    if (event.kind === "connected") {
      if (entry === undefined) connections.set(event.connection, { session: event.session ?? "", guest: null });
      return [];
    }
    if (entry === undefined) return drop();
    if (entry.guest !== null) return of(entry.guest, event.message, now);
    return event.message.kind === "hello" ? hello(event.connection, entry.session, event.message, now) : drop();
  }

  return {
    handle(event, now) {
      const before = [...forgiveLosses(roster, now), ...dispatch(event, now), ...endSilent(now)];
      const effects = [...before, ...askForHeirs(roster, now), ...issueIfDue(roster, now)];
      const endsAt = connections.size === 0 && now < keptUntil() ? keptUntil() : Number.POSITIVE_INFINITY;
      const next = Math.min(
        dueTime(roster) ?? Number.POSITIVE_INFINITY,
        roster.forgiveAt,
        endsAt,
        roster.probe?.until ?? Number.POSITIVE_INFINITY,
      );
      const due = next === Number.POSITIVE_INFINITY ? null : next;
      if (due !== null && (due !== wakeAt || event.kind === "tick")) effects.push({ kind: "wake", at: due });
      wakeAt = due;
      return effects;
    },
    view() {
      const connected = [...guests.values()].reduce((sum, guest) => sum + (guest.connection === null ? 0 : 1), 0);
      const { version, order, running } = roster.issued;
      return { version, members: order, running, tip: roster.reach, config, connected, peers: guests.size };
    },
    isDeserted: (now) => connections.size === 0 && (roster.reach === null || now >= vacantSince + patientStartMs),
    isEmpty: (now) => connections.size === 0 && guests.size === 0 && now >= keptUntil(),
  };
}
