import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";

/** What stands between a peer and the server; what is left out is passed on as it is. */
export interface ProxyRules {
  /**
   * What becomes of a request for a WebSocket: `strip`, it is passed on as an ordinary one, as a web server does that was not told of
   * WebSockets; `mute`, it is accepted, and nothing comes after that; `silent`, it is not answered at all; `stall`, it is passed on,
   * and nothing comes after the server's first message.
   */
  readonly upgrades?: "pass" | "strip" | "mute" | "silent" | "stall";
  /** Paths below it go to the server, without it; all others are not found. "/copse", say. */
  readonly prefix?: string;
  /** Answers are passed on when they are whole. */
  readonly buffers?: boolean;
}

/** A proxy on the loopback interface, before one server. */
export interface TestProxy {
  /** Of the server through it, the prefix included. */
  readonly url: string;
  /** Requests that came, by what they asked for, the search part left out: "GET /r/grove", "upgrade /socket.io/". */
  readonly requests: readonly string[];
  /** From here on by these rules; what is open stays as it is. */
  obey(rules: ProxyRules): void;
  /** Ends all that is open, in the middle of whatever it does. */
  cut(): void;
  close(): Promise<void>;
}

/** @param target of the server, e.g. `http://localhost:8080` */
export async function openProxy(target: string, given: ProxyRules = {}): Promise<TestProxy> {
  let rules = given;
  const requests: string[] = [];
  const open = new Set<Duplex>();
  const keep = <T extends Duplex>(socket: T): T => {
    open.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => open.delete(socket));
    return socket;
  };
  const server = createServer((asked, answer) => {
    requests.push(`${asked.method} ${pathOf(asked)}`);
    const path = withoutPrefix(asked.url!, rules.prefix);
    if (path === null) answer.writeHead(404).end("Nothing here, says the proxy.\n");
    else void forward(new URL(path, target), { asked, answer, buffers: rules.buffers === true, keep });
  });
  server.on("connection", keep);
  server.on("upgrade", (asked: IncomingMessage, socket: Socket, head: Buffer) => {
    requests.push(`upgrade ${pathOf(asked)}`);
    const path = withoutPrefix(asked.url!, rules.prefix);
    const { upgrades = "pass" } = rules;
    if (path === null) socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    else if (upgrades === "mute") socket.write(acceptance(asked));
    else if (upgrades !== "silent") tunnel(new URL(path, target), { asked, socket, head, way: upgrades, keep });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}${given.prefix ?? ""}`,
    requests,
    obey(others) {
      rules = others;
    },
    cut,
    async close() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}

const pathOf = ({ url }: IncomingMessage): string => url!.split("?", 1)[0]!;

/** null for a path that is not below the prefix. */
function withoutPrefix(path: string, prefix = ""): string | null {
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : null;
}

interface Exchange {
  readonly asked: IncomingMessage;
  readonly answer: ServerResponse;
  readonly buffers: boolean;
  readonly keep: <T extends Duplex>(socket: T) => T;
}

async function forward(url: URL, { asked, answer, buffers, keep }: Exchange): Promise<void> {
  const passed = request(url, { method: asked.method!, headers: asked.headers, agent: false });
  passed.on("socket", keep);
  asked.pipe(passed);
  answer.on("close", () => passed.destroy());
  try {
    const [answered] = (await once(passed, "response")) as [IncomingMessage];
    answer.writeHead(answered.statusCode!, answered.rawHeaders);
    if (buffers) answer.end(await buffer(answered));
    else answered.on("error", () => answer.destroy()).pipe(answer);
  } catch {
    answer.destroy(); // the server ended it, or the client did
  }
}

interface Tunnel {
  readonly asked: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  /** `strip`: the server is not told of the wish for a WebSocket. `stall`: what it says after its first message is lost. */
  readonly way: "pass" | "strip" | "stall";
  readonly keep: <T extends Duplex>(socket: T) => T;
}

function tunnel({ hostname, port, pathname, search }: URL, { asked, socket, head, way, keep }: Tunnel): void {
  const { connection: _, upgrade: __, ...ordinary } = asked.headers;
  const headers = Object.entries(way === "strip" ? { ...ordinary, connection: "close" } : asked.headers);
  const server = keep(connect(Number(port), hostname));
  server.write(`GET ${pathname}${search} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
  server.write(head);
  server.on("close", () => socket.destroy());
  let hasSpoken = false;
  if (way !== "stall") server.pipe(socket);
  else {
    server.on("data", (bytes: Buffer) => {
      if (!hasSpoken) socket.write(bytes);
      hasSpoken ||= bytes.includes('"sid"');
    });
  }
  socket.on("close", () => server.destroy()).pipe(server);
}

/** As RFC 6455 wants it. */
function acceptance(asked: IncomingMessage): string {
  const key = `${asked.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}
