import { issueText } from "../../base/issue-text.ts";
import { readLeaveBeacon } from "../protocol/leave-beacon.ts";
import { type ClientMessage, clientMessageSchema, signalingProtocol } from "../protocol/messages.ts";
import { createTokenBucket, defaultRateLimit, type RateLimit, type RateVerdict } from "../protocol/token-bucket.ts";
import { type Counters, comebackMs, type Effect, refusal } from "../roster/effects.ts";
import type { ConnectionId } from "../roster/participant.ts";
import type { Parting } from "../roster/roster.ts";
import { createRoom, type Room, type RoomEvent } from "./room.ts";
import { createRoomQuota } from "./room-quota.ts";
import type { RoomOptions } from "./room-state.ts";

/** Rooms that one server keeps. A room of a few peers takes some kilobytes. */
const defaultMaxRooms = 1_000;
/** A connection without a hello ends after this time. */
const helloTimeoutMs = 10_000;

export interface LobbyOptions extends Omit<RoomOptions, "epoch" | "counters" | "bornAt" | "seats" | "absentees"> {
  /** When the server started, on the clock that `handle` is given. */
  readonly bornAt: number;
  readonly maxRooms?: number;
  /** Rooms that clients of one address may have opened; none where absent. */
  readonly maxRoomsOfAddress?: number;
  readonly rateLimit?: RateLimit;
  /** Takes what a room threw; the room is dropped and its connections end. Without it the lobby throws. */
  readonly onFailure?: (error: unknown) => void;
}

export type LobbyEvent =
  /** Once for each connection of a transport; again when it has told its session. `address`: what its client is counted by. */
  | { readonly kind: "connected"; readonly connection: ConnectionId; readonly session?: string; readonly address?: string }
  /** The transport received more than its limit: by itself more packets, or what the reason says. */
  | { readonly kind: "flooded"; readonly connection: ConnectionId; readonly reason?: string }
  /** Unchecked, as it came from the socket. */
  | { readonly kind: "message"; readonly connection: ConnectionId; readonly message: unknown }
  | { readonly kind: "disconnected"; readonly connection: ConnectionId }
  /** Unchecked text of a leave beacon. */
  | { readonly kind: "leave-beacon"; readonly text: string }
  | { readonly kind: "tick" };

export interface LobbyStats extends Readonly<Counters> {
  readonly rooms: number;
  readonly peers: number;
}

/** All rooms of one server, and the connections that have yet to name theirs. No I/O; nothing a client sends makes it throw. */
export interface Lobby {
  /** `now`: milliseconds since 1970, so that versions are newer than those of a server that ran before. */
  handle(event: LobbyEvent, now: number): readonly Effect[];
  stats(): LobbyStats;
}

interface LobbyConnection {
  session: string;
  readonly address: string | null;
  readonly judge: (now: number) => RateVerdict;
  /** null until it said hello. */
  room: string | null;
}

export function createLobby(options: LobbyOptions): Lobby {
  const { maxRooms = defaultMaxRooms, rateLimit = defaultRateLimit } = options;
  const tooMany = `expected at most ${rateLimit.perSecond} messages a second, got many more`;
  const counters: Counters = { refused: 0, dropped: 0 };
  const quota = createRoomQuota(options.maxRoomsOfAddress ?? Number.POSITIVE_INFINITY);
  const rooms = new Map<string, Room>();
  const connections = new Map<ConnectionId, LobbyConnection>();
  /** When each silent connection is given up, the earliest first. */
  const silent = new Map<ConnectionId, number>();
  /** By room that has ended, the latest last: who may have rounds of its run. */
  const ended = new Map<string, readonly Parting[]>();
  const wishes = new Map<string, number>();
  let wakeAt = Number.POSITIVE_INFINITY;
  let latest = 0;
  let latestEpoch = 0;

  function drop(): readonly Effect[] {
    counters.dropped += 1;
    return [];
  }

  function refuse(connection: ConnectionId, reason: string, now: number, afterMs: number | null = null): readonly Effect[] {
    counters.refused += 1;
    return [...refusal(connection, { reason, afterMs }), ...forget(connection, now)];
  }

  function flooded(connection: ConnectionId, now: number, reason = tooMany): readonly Effect[] {
    return refuse(connection, reason, now, comebackMs);
  }

  /** Forgets a connection that has ended or is about to: later messages on it are dropped. */
  function forget(connection: ConnectionId, now: number): readonly Effect[] {
    const room = connections.get(connection)?.room ?? null;
    connections.delete(connection);
    silent.delete(connection);
    return room === null ? [] : ask(room, { kind: "disconnected", connection }, now);
  }

  /** Passes an event to a room. */
  function ask(name: string, event: RoomEvent, now: number): readonly Effect[] {
    const room = rooms.get(name);
    if (room === undefined) return [];
    try {
      return pass(name, room, event, now);
    } catch (error) {
      if (options.onFailure === undefined) throw error;
      options.onFailure(error);
      return abandon(name);
    }
  }

  function dropRoom(name: string): void {
    rooms.delete(name);
    wishes.delete(name);
    quota.close(name);
  }

  /** Drops a room that threw, since its state is unknown. Its peers reconnect and make it again. */
  function abandon(name: string): readonly Effect[] {
    dropRoom(name);
    const inside = [...connections].flatMap(([connection, { room }]) => (room === name ? [connection] : []));
    for (const connection of inside) connections.delete(connection);
    return inside.map((connection) => ({ kind: "close", connection }));
  }

  /** Remembers who may have rounds of a room that has ended, for the room that they come back to. */
  function remember(name: string, partings: readonly Parting[] | null): void {
    ended.delete(name);
    if (partings !== null) ended.set(name, partings);
    if (ended.size > maxRooms) ended.delete(ended.keys().next().value!);
  }

  /** Notes when the room wants to be woken, and drops it once it is empty. */
  function pass(name: string, room: Room, event: RoomEvent, now: number): readonly Effect[] {
    const effects: Effect[] = [];
    for (const effect of room.handle(event, now)) {
      if (effect.kind === "close") {
        connections.delete(effect.connection);
        silent.delete(effect.connection);
      }
      if (effect.kind === "wake") wishes.set(name, effect.at);
      else effects.push(effect);
    }
    if (room.isEmpty(now)) {
      dropRoom(name);
      remember(name, room.partings());
    }
    return effects;
  }

  function hello(
    connection: ConnectionId,
    entry: LobbyConnection,
    message: Extract<ClientMessage, { kind: "hello" }>,
    now: number,
  ) {
    const room = rooms.get(message.room);
    // A peer with a previous place returns to its run, even before the first commit.
    const startsAfresh = (message.tip?.round ?? 0) === 0 && message.previousPlace === undefined;
    if (room === undefined || (room.isDeserted(now) && startsAfresh)) {
      if (room === undefined && rooms.size >= maxRooms) {
        return refuse(connection, `this server is full: it has ${rooms.size} rooms, as many as it may have`, now, comebackMs);
      }
      if (room === undefined && !quota.open(message.room, entry.address)) {
        return refuse(connection, "your address has opened as many rooms as it may have", now, comebackMs);
      }
      // Peers of the room before may still come to this one.
      const before = room === undefined ? { absentees: ended.get(message.room) ?? null } : { seats: room.seats };
      rooms.set(message.room, createRoom({ ...options, ...before, counters, epoch: nextEpoch(now) }));
    }
    entry.room = message.room;
    silent.delete(connection);
    const session = entry.session;
    return [
      ...ask(message.room, { kind: "connected", connection, session }, now),
      ...ask(message.room, { kind: "message", connection, message }, now),
    ];
  }

  /** Greater than every epoch before; what a returning client reports, its room sees to. */
  function nextEpoch(now: number): number {
    latestEpoch = Math.max(Math.floor(now), latestEpoch + 1);
    return latestEpoch;
  }

  function receive(connection: ConnectionId, entry: LobbyConnection, message: unknown, now: number): readonly Effect[] {
    const verdict = entry.judge(now);
    if (verdict === "close") return flooded(connection, now);
    if (verdict === "drop") return drop();
    const parsed = clientMessageSchema.safeParse(message);
    if (entry.room !== null) {
      return parsed.success ? ask(entry.room, { kind: "message", connection, message: parsed.data }, now) : drop();
    }
    const protocol = protocolOf(message);
    if (protocol === undefined) return drop();
    if (protocol !== signalingProtocol) {
      return refuse(connection, otherProtocol(protocol), now);
    }
    if (parsed.success && parsed.data.kind === "hello") return hello(connection, entry, parsed.data, now);
    const [issue] = parsed.error?.issues ?? [];
    return refuse(connection, `this hello cannot be used: ${issue === undefined ? "" : issueText(issue, message)}`, now);
  }

  function tick(now: number): readonly Effect[] {
    const effects: Effect[] = [];
    for (const [name, at] of wishes) {
      if (at > now) continue;
      wishes.delete(name);
      effects.push(...ask(name, { kind: "tick" }, now));
    }
    for (const [connection, at] of silent) {
      if (at > now) break;
      counters.refused += 1;
      // Without a refusal: a laptop that was closed just then may connect again.
      effects.push({ kind: "close", connection }, ...forget(connection, now));
    }
    wakeAt = Number.POSITIVE_INFINITY;
    return effects;
  }

  function dispatch(event: LobbyEvent, now: number): readonly Effect[] {
    if (event.kind === "tick") return tick(now);
    if (event.kind === "leave-beacon") {
      const leaveBeacon = readLeaveBeacon(event.text);
      return leaveBeacon === null ? drop() : ask(leaveBeacon.room, { kind: "left", ...leaveBeacon }, now);
    }
    const entry = connections.get(event.connection);
    switch (event.kind) {
      case "connected":
        if (entry === undefined) {
          connections.set(event.connection, {
            session: event.session ?? "",
            address: event.address ?? null,
            judge: createTokenBucket(rateLimit, now),
            room: null,
          });
          silent.set(event.connection, now + helloTimeoutMs);
        } else if (entry.room === null) entry.session = event.session ?? entry.session;
        return [];
      case "flooded":
        return entry === undefined ? drop() : flooded(event.connection, now, event.reason);
      case "message":
        return entry === undefined ? drop() : receive(event.connection, entry, event.message, now);
      case "disconnected":
        return forget(event.connection, now);
    }
  }

  function earliestWish(): number {
    let at = silent.values().next().value ?? Number.POSITIVE_INFINITY;
    for (const wish of wishes.values()) at = Math.min(at, wish);
    return at;
  }

  return {
    handle(event, now) {
      latest = Math.max(latest, now);
      const effects = [...dispatch(event, latest)];
      const wish = earliestWish();
      if (wish < wakeAt) {
        wakeAt = wish;
        effects.push({ kind: "wake", at: wish });
      }
      return effects;
    },
    stats: () => ({
      rooms: rooms.size,
      peers: [...rooms.values()].reduce((sum, room) => sum + room.view().connected, 0),
      ...counters,
    }),
  };
}

/** Which side is older, and what to do about it. */
function otherProtocol(protocol: unknown): string {
  const isNumber = typeof protocol === "number";
  const which = `expected signaling protocol ${signalingProtocol}, got ${isNumber ? protocol : typeof protocol}`;
  if (isNumber && protocol > signalingProtocol)
    return `${which}: this server is older than the peer; install the newer release on it`;
  const whose = isNumber ? "this peer is older than the server; " : "";
  return `${which}: ${whose}reload the page, or install the release that the server runs`;
}

/** The protocol that a hello speaks, whatever else is in it; undefined if it is no hello. */
function protocolOf(message: unknown): unknown {
  if (typeof message !== "object" || message === null || !("kind" in message) || message.kind !== "hello") return undefined;
  return "protocol" in message ? (message.protocol ?? null) : null;
}
