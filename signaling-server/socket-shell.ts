import type { Server as HttpServer } from "node:http";
import { Server, type Socket } from "socket.io";
import type { Effect } from "../shared/signaling/effects.ts";
import { createLobby, type LobbyEvent, type LobbyOptions, type LobbyStats } from "../shared/signaling/lobby.ts";
import type { ServerMessage } from "../shared/signaling/messages.ts";

/** The largest message is a signal of 40,000 characters; a socket that sends more is closed by socket.io. */
const maxMessageBytes = 65_536;
const pingIntervalMs = 10_000;
const pingTimeoutMs = 20_000;
/** A client that reads so slowly that more than this waits for it is cut off: some rosters of the largest room. */
const maxBacklogBytes = 4 * 1_048_576;
/** Node fires timers up to a millisecond early, and takes delays over 2³¹ ms for none. */
const maxTimerMs = 2 ** 31 - 1;

interface ClientEvents {
  message(message: unknown): void;
}
interface ServerEvents {
  message(message: ServerMessage): void;
}

export interface SocketShell {
  stats(): LobbyStats;
  /** A peer's last word, which did not come over its socket: see `Farewell`. Nothing happens if it is not what it should be. */
  farewell(text: string): void;
  /** Ends all connections; clients take it for a server that will be back. */
  close(): Promise<void>;
}

export interface SocketShellOptions {
  readonly lobby: Omit<LobbyOptions, "bornAt">;
  readonly maxConnections: number;
  /** Milliseconds since 1970, never going back. */
  readonly now: () => number;
}

/** Carries messages between sockets and the lobby, which knows the rules, and wakes it when it asks. */
export function createSocketShell(
  httpServer: HttpServer,
  { lobby: options, maxConnections, now }: SocketShellOptions,
): SocketShell {
  const lobby = createLobby({ ...options, bornAt: now() });
  const io = new Server<ClientEvents, ServerEvents>(httpServer, {
    serveClient: false,
    maxHttpBufferSize: maxMessageBytes,
    pingInterval: pingIntervalMs,
    pingTimeout: pingTimeoutMs,
    allowRequest: (_request, decide) => decide(null, io.engine.clientsCount < maxConnections),
  });
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  /** Ending a socket tells of its end at once: such events wait until the effects of the one before are carried out. */
  const waiting: LobbyEvent[] = [];
  function feed(event: LobbyEvent): void {
    if (waiting.push(event) > 1) return;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (!closed) for (const effect of lobby.handle(next, now())) carryOut(effect);
      waiting.shift();
    }
  }

  function carryOut(effect: Effect): void {
    if (effect.kind === "send") io.to([...effect.to]).emit("message", effect.message);
    else if (effect.kind === "close") io.sockets.sockets.get(effect.connection)?.disconnect(true);
    else wakeAt(effect.at);
  }

  function wakeAt(at: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => feed({ kind: "tick" }), Math.min(maxTimerMs, Math.max(1, Math.ceil(at - now()))));
  }

  io.on("connection", (socket) => {
    cutOffIfSlow(socket);
    socket.on("message", (message) => feed({ kind: "message", connection: socket.id, message }));
    socket.on("disconnect", () => feed({ kind: "disconnected", connection: socket.id }));
    feed({ kind: "connected", connection: socket.id, session: sessionOf(socket) });
  });

  return {
    stats: () => lobby.stats(),
    farewell: (text) => feed({ kind: "farewell", text }),
    async close() {
      closed = true;
      clearTimeout(timer);
      // Closing the transports, not the sockets: after that clients connect again by themselves.
      for (const socket of io.sockets.sockets.values()) socket.conn.close();
      const freed = new Promise((resolve) => httpServer.close(resolve));
      // Browsers open connections that they may never use: the server would wait for their requests.
      httpServer.closeAllConnections();
      await io.close();
      await freed;
    },
  };
}

/** The secret that the client chose for all its connections; none if what it sent is no short text. */
function sessionOf(socket: Socket): string {
  const { session } = socket.handshake.auth;
  return typeof session === "string" && session.length <= 64 ? session : "";
}

/** Counts what waits for a socket that is not ready to take more; ends the connection when that is too much. */
function cutOffIfSlow({ conn }: Socket): void {
  let waiting = 0;
  conn.on("packetCreate", ({ data }: { readonly data?: unknown }) => {
    waiting += typeof data === "string" ? data.length : 0;
    if (waiting > maxBacklogBytes) conn.close(true);
  });
  conn.on("flush", () => {
    waiting = 0;
  });
}
