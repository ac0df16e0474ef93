import type { RequestListener, Server } from "node:http";
import type { Socket } from "node:net";
import { addressKey } from "./address-key.ts";
import { createBoundedTally } from "./bounded-tally.ts";
import type { Failures } from "./failures.ts";
import { endSlowReaders, type HttpTimeouts } from "./http-timeouts.ts";
import type { OwnHosts } from "./own-hosts.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import type { SocketShell } from "./socket-shell.ts";

/** How long a connection may take to end when the server does. */
const lingerMs = 1_000;

export interface FrontOptions {
  /** Answers what is for socket.io. */
  readonly shell: SocketShell;
  /** Answers all other requests. */
  readonly app: RequestListener;
  readonly failures: Failures;
  /** Which requests are for this server at all. */
  readonly ownHosts: OwnHosts;
  readonly timeouts: HttpTimeouts;
  /** TCP connections of one address; null if all come from a proxy, which sees to that. */
  readonly maxSocketsOfAddress: number | null;
}

export interface Front {
  /** Ends the connections of socket.io, spread over some time; new ones are told to try again. */
  drain(): Promise<void>;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * The one listener of a server for its requests, and the one for its upgrades: each has exactly one handler, and what that
 * throws ends this request alone.
 */
export function attachFront(
  server: Server,
  { shell, app, failures, ownHosts, timeouts, maxSocketsOfAddress }: FrontOptions,
): Front {
  const sockets = new Set<Socket>();
  const tally = createBoundedTally(maxSocketsOfAddress ?? Number.POSITIVE_INFINITY);
  server.on("connection", (socket) => {
    const key = addressKey(socket.remoteAddress);
    if (!tally.take(key)) return void socket.destroy();
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      tally.give(key);
    });
  });
  const stopWatching = endSlowReaders(sockets, timeouts);
  server.on("request", (request, response) => {
    try {
      const refusal = ownHosts(request);
      if (refusal !== null) response.writeHead(refusal.status, { "Content-Type": "text/plain" }).end(`${refusal.text}\n`);
      else if (isForSockets(request.url)) shell.request(request, response);
      else app(request, response);
    } catch (error) {
      failures.note("a request", error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "Content-Type": "text/plain" }).end("The server failed to answer.\n");
    }
  });
  server.on("upgrade", (request, socket, head) => {
    // From here on nobody else listens, and a connection that is reset would end the process.
    socket.on("error", () => socket.destroy());
    try {
      const refusal = ownHosts(request);
      if (refusal !== null) refuseUpgrade(socket, refusal);
      else if (isForSockets(request.url)) shell.upgrade(request, socket, head);
      else refuseUpgrade(socket, { status: 404, text: "Nothing here." });
    } catch (error) {
      failures.note("an upgrade", error);
      socket.destroy();
    }
  });
  return {
    drain: () => shell.drain(),
    async close() {
      stopWatching();
      await shell.close();
      const freed = new Promise((resolve) => server.close(resolve));
      // Browsers open connections that they may never use: the server would wait for their requests.
      server.closeAllConnections();
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, lingerMs);
      await freed;
      clearTimeout(late);
    },
  };
}

function isForSockets(url = "/"): boolean {
  return url.startsWith("/socket.io/");
}
