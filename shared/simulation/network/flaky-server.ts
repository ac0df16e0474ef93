import type { Hasher } from "../../base/hash.ts";
import type { Rng } from "../../base/random.ts";
import type { PeerId } from "../../base/transport.ts";
import type { ClientMessage, ServerMessage, Signaling } from "../../signaling/protocol/messages.ts";
import type { Gate } from "./gate.ts";
import { createServerProcess, type ServerProcess, type SocketEffect } from "./server-process.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** As the signaling client: the first wait before it connects again, and the longest, each ± half. */
const firstRetryMs = 500;
const maxRetryMs = 4_000;
/** A dead socket is noticed by the server after at most so long (its ping interval and timeout), and by the client. */
export const maxNoticeMs = 30_000;

export interface FlakyServerOptions {
  readonly clock: VirtualClock;
  readonly rng: Rng;
  readonly hasher: Hasher;
  /** What the server's clock shows at time 0. */
  readonly startMs: number;
  readonly latencyMs: (peer: PeerId) => number;
  /** Whether a peer has rounds of the run, of which it tells a server that forgot them. */
  readonly hasRounds: (peer: PeerId) => boolean;
  /** What the server says to a client, when it is said. */
  said(to: PeerId, message: ServerMessage): void;
}

/** The server's process behind sockets that drop, and clients that connect again by themselves. */
export interface FlakyServer {
  /** A new client's end. `session`: the client's secret, which outlives a restart. */
  connect(peer: PeerId, gate: Gate, session?: string): Signaling;
  /** All sockets end, and what the server knew is gone. */
  die(): void;
  /** Its clock is `clockStepMs` later (or earlier) when it is back. */
  restart(clockStepMs: number): void;
  readonly hang: ServerProcess["hang"];
  /** The client's socket ends. It knows at once; the server after `noticeMs`. */
  drop(peer: PeerId, noticeMs: number): void;
  /** Nothing passes between a client and the server; both notice after a while. Returns the end of that. */
  isolate(peer: PeerId): () => void;
  /** What the server says to a client takes so much longer; returns the end of that. */
  lag(peer: PeerId, ms: number): () => void;
  readonly answers: boolean;
  isConnected(peer: PeerId): boolean;
}

interface Socket {
  readonly id: string;
  readonly client: Client;
  lastUp: number;
  lastDown: number;
}

interface Client {
  readonly peer: PeerId;
  readonly gate: Gate;
  readonly session: string;
  readonly messages: Set<(message: ServerMessage) => void>;
  readonly connections: Set<(connected: boolean) => void>;
  /** null while it has no connection. */
  socket: Socket | null;
  told: boolean | null;
  retryMs: number;
  lagMs: number;
  isIsolated: boolean;
  isClosed: boolean;
}

export function createFlakyServer(options: FlakyServerOptions): FlakyServer {
  const { clock, rng, hasher, latencyMs, said } = options;
  const sockets = new Map<string, Socket>();
  const clients = new Map<PeerId, Client>();
  let count = 0;
  const server = createServerProcess({ clock, hasher, startMs: options.startMs, carryOut });

  function carryOut(effect: SocketEffect): void {
    const to = effect.kind === "send" ? effect.to : [effect.connection];
    for (const id of to) {
      const socket = sockets.get(id);
      if (socket === undefined) continue;
      if (effect.kind === "send") {
        said(socket.client.peer, effect.message);
        down(socket, () => socket.client.messages.forEach((listener) => void listener(effect.message)));
      } else {
        sockets.delete(id);
        down(socket, () => ended(socket));
      }
    }
  }

  /** Something arrives at the client, after all that was sent to it before. */
  function down(socket: Socket, task: () => void): void {
    const { client } = socket;
    socket.lastDown = Math.max(clock.now() + latencyMs(client.peer) + client.lagMs, socket.lastDown);
    clock.at(socket.lastDown, () => {
      if (client.socket !== socket || client.isIsolated || client.isClosed) return false;
      client.gate.pass(() => {
        if (client.socket === socket && !client.isClosed) task();
      });
      return true;
    });
  }

  function up(socket: Socket, task: () => void): void {
    socket.lastUp = Math.max(clock.now() + latencyMs(socket.client.peer), socket.lastUp);
    clock.at(socket.lastUp, () => {
      if (socket.client.isIsolated || sockets.get(socket.id) !== socket) return false;
      task();
      return true;
    });
  }

  function tell(client: Client, connected: boolean): void {
    if (client.told === connected || client.isClosed) return;
    client.told = connected;
    for (const listener of client.connections) listener(connected);
  }

  /** The client learns that its connection is over, and tries again. */
  function ended(socket: Socket): void {
    const { client } = socket;
    if (client.socket !== socket) return;
    client.socket = null;
    tell(client, false);
    retry(client);
  }

  function retry(client: Client): void {
    const ms = client.retryMs * (0.5 + rng.uniform());
    client.retryMs = Math.min(2 * client.retryMs, maxRetryMs);
    client.gate.clock.after(ms, () => attempt(client));
  }

  function attempt(client: Client): void {
    if (client.isClosed || client.socket !== null) return;
    const oneWay = latencyMs(client.peer);
    if (client.isIsolated || !server.admits({ hasRounds: options.hasRounds(client.peer) })) {
      client.gate.clock.after(2 * oneWay, () => {
        if (client.isClosed) return;
        tell(client, false);
        retry(client);
      });
      return;
    }
    const socket: Socket = { id: `c${count}`, client, lastUp: 0, lastDown: 0 };
    count += 1;
    client.socket = socket;
    sockets.set(socket.id, socket);
    up(socket, () => {
      server.handle({ kind: "connected", connection: socket.id, session: client.session });
      down(socket, () => {
        client.retryMs = firstRetryMs;
        tell(client, true);
      });
    });
  }

  /** The server learns that a socket is over. */
  function gone(socket: Socket, noticeMs: number): void {
    const notice = (): void => {
      if (sockets.get(socket.id) !== socket) return;
      sockets.delete(socket.id);
      server.handle({ kind: "disconnected", connection: socket.id });
    };
    if (noticeMs === 0) notice();
    else clock.after(noticeMs, notice);
  }

  function drop(client: Client, noticeMs: number): void {
    const { socket } = client;
    if (socket === null) return;
    gone(socket, noticeMs);
    client.gate.pass(() => ended(socket));
  }

  return {
    connect(peer, gate, session = peer) {
      const client: Client = {
        peer,
        gate,
        session,
        messages: new Set(),
        connections: new Set(),
        socket: null,
        told: null,
        retryMs: firstRetryMs,
        lagMs: 0,
        isIsolated: false,
        isClosed: false,
      };
      clients.set(peer, client);
      gate.clock.after(0, () => attempt(client));
      return {
        send(message: ClientMessage) {
          const { socket } = client;
          if (client.told !== true || socket === null) return;
          up(socket, () => server.handle({ kind: "message", connection: socket.id, message }));
        },
        onMessage: (listener) => subscribe(client.messages, listener),
        onConnection: (listener) => subscribe(client.connections, listener),
        close() {
          client.isClosed = true;
          const { socket } = client;
          if (socket !== null) up(socket, () => gone(socket, 0));
        },
      };
    },
    die() {
      server.die();
      for (const socket of [...sockets.values()]) {
        const { client } = socket;
        clock.after(latencyMs(client.peer), () => client.gate.pass(() => ended(socket)));
      }
      sockets.clear();
    },
    restart(clockStepMs) {
      const isRemembered = [...clients.values()].some(({ peer, isClosed }) => !isClosed && options.hasRounds(peer));
      server.restart(clockStepMs, { isRemembered });
    },
    hang: server.hang,
    drop(peer, noticeMs) {
      const client = clients.get(peer);
      if (client !== undefined) drop(client, noticeMs);
    },
    isolate(peer) {
      const client = clients.get(peer)!;
      client.isIsolated = true;
      const { socket } = client;
      const cancel =
        socket === null
          ? (): void => {}
          : clock.after(rng.integer(maxNoticeMs), () => void (client.socket === socket && drop(client, 0)));
      return () => {
        cancel();
        client.isIsolated = false;
        // What was lost on the way is never sent again: the connection does not survive it.
        if (client.socket === socket && socket !== null) drop(client, 0);
      };
    },
    lag(peer, ms) {
      const client = clients.get(peer)!;
      client.lagMs += ms;
      return () => {
        client.lagMs -= ms;
      };
    },
    get answers() {
      return server.answers;
    },
    isConnected: (peer) => clients.get(peer)?.told === true,
  };
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
