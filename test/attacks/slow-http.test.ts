import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { folderWith } from "../signaling-server/server-harness.ts";
import { startAttackedServer, underAttack } from "./attacked-server.ts";

const connections = 100;
/** Short, for the test; the server's own are in signaling-server/http-timeouts.ts. */
const timeouts = { headersMs: 3_000, requestMs: 3_000, idleMs: 1_500, readMs: 1_500, checkMs: 250 };
/** Between two bytes of who sends slowly. */
const byteMs = 100;
const whole = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

interface SlowSocket {
  readonly socket: Socket;
  readonly ended: Promise<void>;
}

function open(port: number): SlowSocket {
  const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.3" });
  socket.on("error", () => socket.destroy());
  onTestFinished(() => void socket.destroy());
  return { socket, ended: new Promise((done) => socket.once("close", () => done())) };
}

/** Sends a byte at a time until the other side has had enough. */
function trickle(socket: Socket): void {
  const timer = setInterval(() => socket.write("x"), byteMs);
  socket.once("close", () => clearInterval(timer));
}

const kinds = {
  "headers without an end": (socket: Socket) => {
    socket.resume().write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
    trickle(socket);
  },
  "a body without an end": (socket: Socket) => {
    socket.resume().write("POST /leave HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n");
    trickle(socket);
  },
  "an answer that is not read": (socket: Socket) => {
    socket.pause().write("GET /data/large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  },
  "no second request, and no first one": (socket: Socket) => {
    socket.resume();
    if (socket.localPort! % 2 === 0) socket.write(whole);
  },
} as const;

it.for(Object.keys(kinds) as (keyof typeof kinds)[])(
  "slow HTTP, %s: all connections end soon, and others join meanwhile",
  async (kind, context) => {
    const dataFolder = await folderWith({ large: new Uint8Array(16 * 2 ** 20) });
    const server = await startAttackedServer({ timeouts, dataFolder });
    const { joinsAMinute, slowestJoinMs, keptMb } = await underAttack(context, server, async () => {
      const held = Array.from({ length: connections }, () => open(server.port));
      await Promise.all(held.map(({ socket }) => once(socket, "connect")));
      for (const { socket } of held) kinds[kind](socket);
      // Who does not read hears of the end only when it does.
      await expect.poll(async () => (await server.state()).sockets, { timeout: 20_000, interval: 250 }).toBeLessThan(10);
      for (const { socket } of held) socket.resume();
      await Promise.all(held.map(({ ended }) => ended));
    });
    expect(joinsAMinute).toBeGreaterThan(60);
    expect(slowestJoinMs).toBeLessThan(5_000);
    expect(keptMb).toBeLessThan(20);
  },
);
