import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { createSignalingClient, type SignalingClient } from "../../client/peer/signaling-client.ts";
import type { ClientMessage, ServerMessage } from "../../shared/signaling/protocol/messages.ts";
import type { Lobby } from "../../shared/signaling/room/lobby.ts";
import { defaultAddressLimits } from "../../signaling-server/address-limits.ts";
import { defaultBacklogLimits } from "../../signaling-server/backlog.ts";
import { createFailures, type Failures } from "../../signaling-server/failures.ts";
import { attachFront } from "../../signaling-server/front.ts";
import { defaultHttpTimeouts } from "../../signaling-server/http-timeouts.ts";
import { createSignalingServer, type SignalingServer, type SignalingServerOptions } from "../../signaling-server/main.ts";
import { createSocketShell } from "../../signaling-server/socket-shell.ts";

/** A server on a free port of the loopback, closed when the test ends. */
export async function startServer(options: Partial<SignalingServerOptions> = {}): Promise<SignalingServer> {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

interface LobbyServer {
  readonly url: string;
  readonly port: number;
  readonly failures: Failures;
  /** What an operator would read. */
  readonly log: readonly string[];
}

/** A server around a lobby, and around the pages that are given, if any. */
export async function serveLobby(
  lobby: Lobby,
  now: () => number,
  app: RequestListener = (_request, response) => response.end(),
): Promise<LobbyServer> {
  const log: string[] = [];
  const failures = createFailures((line) => log.push(line));
  const server = createServer();
  const shell = createSocketShell({
    lobby,
    failures,
    maxConnections: 100,
    backlogLimits: defaultBacklogLimits,
    addressLimits: defaultAddressLimits,
    keyOf: () => "everybody",
    now,
  });
  const front = attachFront(server, {
    shell,
    app,
    failures,
    ownHosts: () => null,
    timeouts: defaultHttpTimeouts,
    maxSocketsOfAddress: null,
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => front.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, failures, log };
}

/** A client whose messages can be awaited. */
export interface TestClient {
  readonly client: SignalingClient;
  /** The first message that fits, come or yet to come. */
  next<K extends ServerMessage["kind"]>(
    kind: K,
    fits?: (message: Extract<ServerMessage, { kind: K }>) => boolean,
  ): Promise<Extract<ServerMessage, { kind: K }>>;
  /** The next time that the connection is (or becomes) as asked. */
  connection(connected: boolean): Promise<void>;
  readonly heard: readonly ServerMessage[];
}

export function startClient(url: string, hello?: ClientMessage): TestClient {
  const client = createSignalingClient({ url });
  const heard: ServerMessage[] = [];
  const wishes = new Set<() => void>();
  let connected = false;
  const retry = (): void => {
    for (const wish of [...wishes]) wish();
  };
  client.onMessage((message) => {
    heard.push(message);
    retry();
  });
  client.onConnection((state) => {
    connected = state;
    if (state && hello !== undefined) client.send(hello);
    retry();
  });
  onTestFinished(() => client.close());

  function until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((done) => {
      const wish = (): void => {
        const found = look();
        if (found === undefined) return;
        wishes.delete(wish);
        done(found);
      };
      wishes.add(wish);
      wish();
    });
  }
  return {
    client,
    heard,
    next: (kind, fits = () => true) =>
      until(() => heard.find((m): m is Extract<ServerMessage, { kind: typeof kind }> => m.kind === kind && fits(m as never))),
    connection: (wanted) => until(() => (connected === wanted ? true : undefined)).then(() => undefined),
  };
}

/** A folder of files with these texts, removed when the test ends. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "copse-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** A GET of exactly this path: nothing resolves its dots, and nothing is unpacked. */
export async function getRaw(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string; bytes: Buffer }> {
  const sent = request({ host: "127.0.0.1", port, path, headers }).end();
  const [response] = await once(sent, "response");
  const bytes = await buffer(response);
  return { status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString(), bytes };
}

/** Whether something listens on a port of the loopback. */
export async function isListening(port: number): Promise<boolean> {
  const socket: Socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
