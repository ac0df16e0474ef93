import type { RequestListener, Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Failures } from "./failures.ts";
import type { SocketShell } from "./socket-shell.ts";

/** How long a connection may take to end when the server does. */
const lingerMs = 1_000;

export interface FrontOptions {
  /** Answers what is for socket.io. */
  readonly shell: SocketShell;
  /** Answers all other requests. */
  readonly app: RequestListener;
  readonly failures: Failures;
}

export interface Front {
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * The one listener of a server for its requests, and the one for its upgrades: each has exactly one handler, and what that
 * throws ends this request alone.
 */
export function attachFront(server: Server, { shell, app, failures }: FrontOptions): Front {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", (request, response) => {
    try {
      if (isForSockets(request.url)) shell.request(request, response);
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
      if (isForSockets(request.url)) shell.upgrade(request, socket, head);
      else refuseUpgrade(socket, "404 Not Found");
    } catch (error) {
      failures.note("an upgrade", error);
      socket.destroy();
    }
  });
  return {
    async close() {
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

/** Ends a connection that asked for another protocol. `status`: its code and its name. */
export function refuseUpgrade(socket: Duplex, status: string, text = "Nothing here."): void {
  const head = [`HTTP/1.1 ${status}`, "Connection: close", "Content-Type: text/plain", `Content-Length: ${text.length}`];
  socket.end(`${head.join("\r\n")}\r\n\r\n${text}`, () => socket.destroy());
}

function isForSockets(url = "/"): boolean {
  return url.startsWith("/socket.io/");
}
