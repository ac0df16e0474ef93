import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { Server as Engine } from "engine.io";
import { Server, type Socket } from "socket.io";
import { type ServerOptions as WebSocketOptions, WebSocketServer } from "ws";
import type { ServerMessage } from "../shared/signaling/protocol/messages.ts";
import { createTokenBucket, defaultRateLimit } from "../shared/signaling/protocol/token-bucket.ts";
import type { Lobby, LobbyEvent, LobbyStats } from "../shared/signaling/room/lobby.ts";
import type { Effect } from "../shared/signaling/roster/effects.ts";
import type { ConnectionId } from "../shared/signaling/roster/participant.ts";
import { type BacklogLimits, createBacklog } from "./backlog.ts";
import type { Failures } from "./failures.ts";
import { letGo } from "./let-go.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { createSessionLimits, type SessionLimitsOptions, type SessionPlace } from "./session-limits.ts";
import { createTrafficLimits } from "./traffic-limits.ts";

/** The largest message is a signal of 40,000 characters; a socket that sends more is closed by socket.io. */
const maxMessageBytes = 65_536;
const pingIntervalMs = 10_000;
const pingTimeoutMs = 20_000;
/** How long a WebSocket that was closed may take to close its own side. Until then what it sends is still read. */
const closeTimeoutMs = 1_000;
/** Between the ends of two connections of a server that is drained (ms), and for all of them. */
const drainStepMs = 10;
const maxDrainMs = 10_000;
const retryAfterSeconds = 5;
/** Delay of the tick after a failure (ms), which may have lost the lobby's own wake. */
const afterFailureMs = 1_000;
/** Node fires timers up to a millisecond early, and takes delays over 2³¹ ms for none. */
const maxTimerMs = 2 ** 31 - 1;

interface ClientEvents {
  message(message: unknown): void;
}
interface ServerEvents {
  message(message: ServerMessage): void;
}
type ClientSocket = Socket<ClientEvents, ServerEvents>;
type EngineSocket = Socket["conn"];

/** One connection of a transport. A client opens one session of socket.io on it, once. */
interface ServerConnection {
  readonly id: ConnectionId;
  readonly conn: EngineSocket;
  readonly place: SessionPlace;
  /** Bytes that wait for it. */
  readonly waiting: () => number;
  socket: ClientSocket | null;
  ending: boolean;
}

export interface ShellStats extends LobbyStats {
  /** Connections of transports, with or without a hello. */
  readonly connections: number;
  /** Requests for a connection that the server, or their address, had no room for. */
  readonly turnedAway: number;
  /** The same by what there was too much of. */
  readonly turnedAwayBy: Readonly<Record<string, number>>;
  readonly failed: number;
  /** Connections that were ended since they did not read. */
  readonly cut: number;
  /** Characters that wait for all connections. */
  readonly waiting: number;
  /** Messages to clients, by kind: one for each that it goes to. */
  readonly sent: Readonly<Record<string, number>>;
}

export interface SocketShell {
  /** Answers a plain request for socket.io. */
  request(request: IncomingMessage, response: ServerResponse): void;
  /** Makes a WebSocket of a connection. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  stats(): ShellStats;
  /** Takes the text of a leave beacon; anything else is dropped. */
  leaveBeacon(text: string): void;
  /** Takes no new connections, and ends those that are there one after the other, so that they do not all come back at once. */
  drain(): Promise<void>;
  /** Ends all connections; clients take it for a server that will be back. */
  close(): Promise<void>;
}

export interface SocketShellOptions extends Omit<SessionLimitsOptions, "isFull"> {
  readonly lobby: Lobby;
  readonly failures: Failures;
  readonly maxConnections: number;
  readonly backlogLimits: BacklogLimits;
}

/**
 * Carries messages between sockets and the lobby, which knows the rules, and wakes it when it asks. What is thrown while one
 * event is handled, or one effect carried out, ends the connection that it came from: the others go on.
 */
export function createSocketShell(options: SocketShellOptions): SocketShell {
  const { lobby, failures, maxConnections, now } = options;
  const engine = new Engine({
    wsEngine: PromptWebSocketServer,
    maxHttpBufferSize: maxMessageBytes,
    pingInterval: pingIntervalMs,
    pingTimeout: pingTimeoutMs,
    // Messages are short, and compression would cost the server CPU at a client's will.
    httpCompression: false,
  });
  const io = new Server<ClientEvents, ServerEvents>({ serveClient: false });
  io.bind(engine);
  const connections = new Map<ConnectionId, ServerConnection>();
  const byConn = new WeakMap<EngineSocket, ServerConnection>();
  const limits = createSessionLimits({ ...options, isFull: () => draining || engine.clientsCount >= maxConnections });
  const backlog = createBacklog(options.backlogLimits);
  const traffic = createTrafficLimits(options.addressLimits);
  let opened = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let draining = false;
  const sent: Record<string, number> = {};

  /** Ending a socket tells of its end at once: such events wait until the effects of the one before are carried out. */
  const waiting: LobbyEvent[] = [];
  function feed(event: LobbyEvent): void {
    if (waiting.push(event) > 1) return;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (!closed) for (const effect of effectsOf(next)) carryOut(effect);
      waiting.shift();
    }
  }

  function effectsOf(event: LobbyEvent): readonly Effect[] {
    try {
      return lobby.handle(event, now());
    } catch (error) {
      failures.note(`the event ${event.kind}`, error);
      if ("connection" in event) cut(event.connection);
      wakeAt(now() + afterFailureMs);
      return [];
    }
  }

  function carryOut(effect: Effect): void {
    if (effect.kind === "send") send(effect.to, effect.message);
    else if (effect.kind === "close") end(effect.connection);
    else wakeAt(effect.at);
  }

  function send(to: readonly ConnectionId[], message: ServerMessage): void {
    if (message.kind === "welcome") for (const id of to) connections.get(id)?.place.saidHello();
    const sockets = to.flatMap((id) => connections.get(id)?.socket ?? []);
    // An empty list of rooms would address everybody.
    if (sockets.length === 0) return;
    sent[message.kind] = (sent[message.kind] ?? 0) + sockets.length;
    try {
      // All at once: the message is encoded once.
      io.to(sockets.map(({ id }) => id)).emit("message", message);
    } catch (error) {
      failures.note(`sending ${message.kind}`, error);
      // One of them threw, and those after it have nothing yet. Who hears a roster twice takes no harm.
      for (const id of to) sendAlone(id, message);
    }
  }

  function sendAlone(id: ConnectionId, message: ServerMessage): void {
    try {
      connections.get(id)?.socket?.emit("message", message);
    } catch {
      cut(id);
    }
  }

  /** Says that this is the end: after a refusal a client does not come back then, and otherwise at once. */
  function end(id: ConnectionId): void {
    try {
      connections.get(id)?.socket?.disconnect();
    } catch (error) {
      failures.note("ending a connection", error);
    }
    cut(id);
  }

  /** Closes the transport: a client takes its time before it comes back. */
  function cut(id: ConnectionId): void {
    const connection = connections.get(id);
    if (connection === undefined || connection.ending) return;
    connection.ending = true;
    try {
      letGo(connection.conn, connection.waiting);
    } catch (error) {
      failures.note("closing a connection", error);
    }
  }

  function wakeAt(at: number): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => feed({ kind: "tick" }), Math.min(maxTimerMs, Math.max(1, Math.ceil(at - now()))));
  }

  function accept(conn: EngineSocket): void {
    const place = limits.enter(conn.request);
    if (place === null) return conn.close(true);
    opened += 1;
    const id = `${opened}`;
    const connection: ServerConnection = { id, conn, place, waiting: backlog.watch(conn), socket: null, ending: false };
    conn.once("close", () => {
      place.leave();
      connections.delete(id);
      feed({ kind: "disconnected", connection: id });
    });
    connections.set(id, connection);
    const key = options.keyOf(conn.request);
    byConn.set(conn, connection);
    const judge = createTokenBucket(defaultRateLimit, now());
    const judgeTraffic = traffic.judge(key, now());
    const count = (packet?: { readonly data?: unknown }): void => {
      if (connection.ending) return;
      const size = typeof packet?.data === "string" ? packet.data.length : 0;
      const reason = judgeTraffic(size, now());
      if (reason === null && judge(now()) !== "close") return;
      feed({ kind: "flooded", connection: id, ...(reason === null ? {} : { reason }) });
      cut(id);
    };
    // Whatever comes, be it a message, something that only socket.io knows, or the probes of a transport that never changes.
    conn.on("packet", count).on("upgrading", () => count());
    feed({ kind: "connected", connection: id, address: key });
  }

  engine.on("connection", (conn: EngineSocket) => {
    try {
      accept(conn);
    } catch (error) {
      failures.note("a connection", error);
      conn.close(true);
    }
  });

  io.on("connection", (socket) => {
    const connection = byConn.get(socket.conn);
    // A client enters once: who leaves and enters again on one connection would begin anew with what it may send.
    if (connection === undefined) return void socket.disconnect();
    if (connection.socket !== null) return cut(connection.id);
    const { id } = connection;
    connection.socket = socket;
    // Not as an event: socket.io drops those that came with the client's own goodbye behind them, and so its last word.
    socket.use(([name, message]) => {
      if (name === "message") feed({ kind: "message", connection: id, message });
    });
    socket.on("disconnect", () => {
      feed({ kind: "disconnected", connection: id });
      cut(id);
    });
    feed({ kind: "connected", connection: id, session: sessionOf(socket) });
  });

  return {
    request(request, response) {
      const refusal = limits.refusalOf(request);
      if (refusal === null) return engine.handleRequest(request, response);
      response.writeHead(refusal.status, { "Content-Type": "text/plain", "Retry-After": retryAfterSeconds });
      response.end(`${refusal.text}\n`);
    },
    upgrade(request, socket, head) {
      const refusal = limits.refusalOf(request);
      if (refusal === null) engine.handleUpgrade(request, socket, head);
      else refuseUpgrade(socket, refusal);
    },
    stats: () => ({
      ...lobby.stats(),
      connections: engine.clientsCount,
      turnedAway: limits.turnedAway,
      turnedAwayBy: { ...limits.turnedAwayBy },
      failed: failures.count,
      cut: backlog.cut,
      waiting: backlog.size,
      sent,
    }),
    leaveBeacon: (text) => feed({ kind: "leave-beacon", text }),
    async drain() {
      draining = true;
      const all = [...connections.values()];
      const pauseMs = Math.min(maxDrainMs / Math.max(1, all.length), drainStepMs);
      for (const { conn } of all) {
        conn.close();
        await delay(pauseMs);
      }
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      // Closing the transports, not the sockets: after that clients connect again by themselves.
      for (const { conn } of connections.values()) conn.close();
      await io.close();
    },
  };
}

/** Does not wait half a minute, as is usual, for clients that were told to go. */
class PromptWebSocketServer extends WebSocketServer {
  constructor(options: WebSocketOptions) {
    const prompt = { ...options, closeTimeout: closeTimeoutMs };
    super(prompt);
  }
}

/** The secret that the client chose for all its connections; none if what it sent is no short text. */
function sessionOf(socket: ClientSocket): string {
  const { session } = socket.handshake.auth;
  return typeof session === "string" && session.length <= 64 ? session : "";
}
