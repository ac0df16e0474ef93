import type { Socket } from "node:net";

/** How long a connection may take for what is not a message of socket.io (ms). */
export interface HttpTimeouts {
  /** To send a request's headers, from the connection's beginning or the end of the request before. */
  readonly headersMs: number;
  /** To send a whole request: no body is longer than 64 KiB. */
  readonly requestMs: number;
  /** To send the next request, where it is kept open. */
  readonly idleMs: number;
  /** To take `minTaken` bytes of an answer. */
  readonly readMs: number;
  /** Between two looks at all connections. */
  readonly checkMs: number;
}

export const defaultHttpTimeouts: HttpTimeouts = {
  headersMs: 20_000,
  requestMs: 60_000,
  idleMs: 5_000,
  readMs: 30_000,
  checkMs: 5_000,
};

/** Bytes that who reads takes in `readMs`: of the slowest connection that can train, a two-hundredth. */
export const minTaken = 16_384;

/** The same, as Node's servers take it. */
export const nodeTimeouts = ({ headersMs, requestMs, idleMs, checkMs }: HttpTimeouts) => ({
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  keepAliveTimeout: idleMs,
  connectionsCheckingInterval: checkMs,
});

/** Ends those of `sockets` that do not take the bytes which wait for them. Returns what stops it. */
export function endSlowReaders(sockets: Iterable<Socket>, { readMs, checkMs }: HttpTimeouts): () => void {
  /** When each last had taken `minTaken` bytes more, and how many it had taken then. */
  const marks = new WeakMap<Socket, { readonly at: number; readonly taken: number }>();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const socket of sockets) {
      const taken = socket.bytesWritten - socket.writableLength;
      const mark = marks.get(socket);
      if (socket.writableLength === 0) marks.delete(socket);
      else if (mark === undefined || taken - mark.taken >= minTaken) marks.set(socket, { at: now, taken });
      else if (now - mark.at >= readMs) socket.destroy();
    }
  }, checkMs);
  timer.unref();
  return () => clearInterval(timer);
}
