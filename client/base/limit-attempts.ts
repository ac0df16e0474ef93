import type { Socket } from "socket.io-client";
import type { Clock } from "../../shared/base/clock.ts";

/** Time for one attempt at a connection, handshakes included; doubled each time all ways were tried in vain, for slow networks. */
const firstLimitMs = 5_000;
const maxLimitMs = 20_000;
/** Wait before the next attempt, ± half of it at random. */
const pauseMs = 500;

/**
 * The transports of an attempt: a WebSocket, and long polling where that is refused. If a WebSocket is accepted and then nothing
 * comes through it, the next attempt uses long polling alone. Some proxies, virus scanners and networks let nothing through a WebSocket that they have accepted.
 */
const both = ["websocket", "polling"];
const pollingOnly = ["polling"];

type Attempt = Pick<Socket, "on" | "connect" | "disconnect" | "io">;

export interface LimitOptions {
  readonly clock: Clock;
  /** An attempt took too long and was ended. */
  onTimeout(): void;
}

export interface LimitedAttempts {
  /** `socket.connect()`, limited. */
  connect(): void;
  /** Ends all waits. */
  stop(): void;
}

/**
 * Ends each attempt of a socket to connect that takes too long, and begins the next by the other transports. Reconnections
 * keep to the transports that worked; a WebSocket that has ever worked is tried first. The socket must have `autoConnect` off.
 */
export function limitAttempts(socket: Attempt, { clock, onTimeout }: LimitOptions): LimitedAttempts {
  const { io: manager } = socket;
  let limitMs = firstLimitMs;
  let hasWebSocket = false;
  let cancel = (): void => {};

  const tryBy = (transports: string[]): void => {
    manager.opts.transports = transports;
  };
  const begin = (): void => {
    cancel();
    cancel = clock.after(limitMs, expire);
  };
  const connect = (): void => {
    socket.connect();
    begin();
  };
  const expire = (): void => {
    const wasPolling = manager.opts.transports === pollingOnly;
    if (wasPolling) limitMs = Math.min(2 * limitMs, maxLimitMs);
    tryBy(wasPolling ? both : pollingOnly);
    socket.disconnect();
    onTimeout();
    cancel = clock.after(pauseMs * (0.5 + Math.random()), connect);
  };

  manager.on("reconnect_attempt", begin);
  socket.on("connect_error", () => cancel());
  socket.on("connect", () => {
    cancel();
    limitMs = firstLimitMs;
    hasWebSocket ||= manager.engine.transport.name === "websocket";
  });
  socket.on("disconnect", () => {
    cancel();
    if (hasWebSocket) tryBy(both);
  });
  manager.timeout(false);
  tryBy(both);
  return { connect, stop: () => cancel() };
}
