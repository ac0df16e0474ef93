import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { resolve } from "node:path";
import { createHasher } from "../shared/base/hash.ts";
import type { IceServer } from "../shared/signaling/protocol/messages.ts";
import { createLobby } from "../shared/signaling/room/lobby.ts";
import type { Pacing } from "../shared/signaling/roster/pacing.ts";
import { clientKey } from "./address-key.ts";
import { type AddressLimits, defaultAddressLimits } from "./address-limits.ts";
import { type BacklogLimits, defaultBacklogLimits } from "./backlog.ts";
import { createFailures } from "./failures.ts";
import { attachFront } from "./front.ts";
import { createHttpApp } from "./http-app.ts";
import { defaultHttpTimeouts, type HttpTimeouts, nodeTimeouts } from "./http-timeouts.ts";
import { networkHosts } from "./network-hosts.ts";
import { createMetrics } from "./operation/metrics.ts";
import { createOwnHosts } from "./own-hosts.ts";
import { pageFolderOfPackage } from "./page-folder.ts";
import { messageOf, ServerError } from "./server-error.ts";
import { createSocketShell, type ShellStats } from "./socket-shell.ts";
import { stripBasePath } from "./strip-base-path.ts";

/** Sockets of one server, pages and assets being fetched included. */
const defaultMaxConnections = 10_000;

/** Limit of a connection that does not finish its beginning (ms). */
const tlsTimeouts = { handshakeTimeout: 20_000 };

const proxyHint = " If a reverse proxy stands in front, start with --trust-proxy.";

export interface SignalingServerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly iceServers?: readonly IceServer[];
  /** As which folder a proxy has this server, if it passes that on, e.g. `/copse/`: slashes at both ends. */
  readonly basePath?: string;
  /** Its files are served under `/data/`. */
  readonly dataFolder?: string;
  /** A model of the operator's: its files are served under `/model/`. */
  readonly modelFolder?: string;
  /** The folder of the built page; by default the one of this package. */
  readonly pageFolder?: string;
  readonly maxConnections?: number;
  readonly maxRooms?: number;
  readonly addressLimits?: Partial<AddressLimits>;
  readonly backlogLimits?: Partial<BacklogLimits>;
  readonly timeouts?: Partial<HttpTimeouts>;
  /** All connections come from a reverse proxy, whose `X-Forwarded-For` says from whom; clients are counted by that. */
  readonly trustsProxy?: boolean;
  /** Names by which clients may ask for this server, besides addresses, `localhost`, this machine's name and those of the certificate. */
  readonly allowedHosts?: readonly string[];
  /** Origins of pages from elsewhere that may use this server, e.g. `https://page.example`. */
  readonly allowedOrigins?: readonly string[];
  /** `/metrics` gives its figures to who has this token; it is not there where absent. */
  readonly metricsToken?: string;
  readonly pacing?: Partial<Pacing>;
  /** Takes a sentence for the operator, such as that a room failed. By default it goes to the standard error output. */
  readonly log?: (line: string) => void;
}

export interface SignalingServer {
  /** Where it can be reached from this machine, e.g. `http://127.0.0.1:8080`: by the address it listens on, not by a name for it. */
  readonly url: string;
  /** Where other devices may find it, the likeliest first: of a server that listens on all addresses. */
  readonly network: readonly string[];
  readonly port: number;
  /** What it does and has done since its start. */
  stats(): ShellStats;
  /** Is not ready any more (`/readyz`), takes no new clients, and ends the connections one after the other: 10 s at most. */
  drain(): Promise<void>;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts the signaling server: pairs peers of a room, serves the page and, if asked to, a folder of data.
 * It never sees a parameter.
 * @throws {ServerError} if the port, the TLS files or the data folder cannot be had
 */
export async function createSignalingServer(options: SignalingServerOptions): Promise<SignalingServer> {
  const { host, tls, iceServers = [], basePath = "/", maxConnections = defaultMaxConnections } = options;
  const hash = await createHasher();
  const dataFolder = options.dataFolder === undefined ? null : await folderAt(options.dataFolder);
  const modelFolder = options.modelFolder === undefined ? null : await folderAt(options.modelFolder);
  const timeouts = { ...defaultHttpTimeouts, ...options.timeouts };
  const { server, isCertified } = await createServer(tls, timeouts);
  server.maxConnections = maxConnections;
  // Wall-clock time, so that versions outlive the process, but never going back within it.
  const startedAt = Date.now() - performance.now();
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  const failures = createFailures(log);
  const addressLimits = { ...defaultAddressLimits, ...options.addressLimits };
  const trustsProxy = options.trustsProxy === true;
  let isCrowded = false;
  let isReady = true;
  const shell = createSocketShell({
    lobby: createLobby({
      bornAt: startedAt + performance.now(),
      iceServers,
      hashOf: (text) => hash(text),
      onFailure: (error) => failures.note("a room", error),
      maxRoomsOfAddress: addressLimits.rooms,
      ...(options.maxRooms === undefined ? {} : { maxRooms: options.maxRooms }),
      ...(options.pacing === undefined ? {} : { pacing: options.pacing }),
    }),
    failures,
    maxConnections,
    addressLimits,
    backlogLimits: { ...defaultBacklogLimits, ...options.backlogLimits },
    keyOf: (request) => clientKey(request, { trustsProxy }),
    onCrowded() {
      if (!isCrowded)
        log(`One address has as many connections as it may have; others are turned away.${trustsProxy ? "" : proxyHint}`);
      isCrowded = true;
    },
    now: () => startedAt + performance.now(),
  });
  const openedAt = performance.now();
  const app = createHttpApp({
    pageFolder: resolve(options.pageFolder ?? pageFolderOfPackage()),
    basePath,
    dataFolder,
    modelFolder,
    networkUrl: () => {
      const { likely } = networkHosts(host, networkInterfaces());
      return likely === null ? null : `${urlOf(likely)}/`;
    },
    leaveBeacon: (text) => shell.leaveBeacon(text),
    failed: (error) => failures.note("an answer", error),
    health: () => ({
      status: "ok",
      data: dataFolder === null ? "none" : "served",
      model: modelFolder === null ? "none" : "served",
    }),
    figures: () => {
      const { sent: _sent, turnedAwayBy: _by, ...figures } = shell.stats();
      return { ...figures, uptimeSeconds: Math.floor((performance.now() - openedAt) / 1_000) };
    },
    trustsProxy,
    isReady: () => isReady,
    metrics:
      options.metricsToken === undefined ? null : { source: createMetrics(() => shell.stats()), token: options.metricsToken },
    tls: tls !== undefined,
  });
  const urlOf = (name: string): string =>
    `${tls === undefined ? "http" : "https"}://${name}:${addressOf(server).port}${basePath.slice(0, -1)}`;
  const front = attachFront(server, {
    shell,
    app,
    failures,
    timeouts,
    ownHosts: createOwnHosts({
      host,
      machine: hostname(),
      allowedHosts: options.allowedHosts ?? [],
      allowedOrigins: options.allowedOrigins ?? [],
      isCertified,
      log,
    }),
    maxSocketsOfAddress: trustsProxy ? null : addressLimits.sockets,
  });
  stripBasePath(server, basePath);
  try {
    await listen(server, options);
  } catch (error) {
    await front.close();
    throw error;
  }
  // A connection that cannot be accepted, for example for lack of file descriptors.
  server.on("error", (error) => failures.note("taking in a connection", error));
  const { port } = addressOf(server);
  return {
    url: urlOf(ownHost(host, addressOf(server).address)),
    network: networkHosts(host, networkInterfaces()).all.map(urlOf),
    port,
    stats: () => shell.stats(),
    drain() {
      isReady = false;
      return front.drain();
    },
    close: () => front.close(),
  };
}

function addressOf(server: Server): AddressInfo {
  return server.address() as AddressInfo;
}

/**
 * The host of a server's address on its own machine. `localhost` may be another program's: it stands for 127.0.0.1 and for ::1.
 * Any other name stays, for the sake of the certificate.
 */
function ownHost(host: string, address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  if (address === "::") return "[::1]";
  const literal = address.includes(":") ? `[${address}]` : address;
  return host === "localhost" || isIP(host) !== 0 ? literal : host;
}

async function createServer(
  tls: SignalingServerOptions["tls"],
  timeouts: HttpTimeouts,
): Promise<{ readonly server: Server; readonly isCertified: (name: string) => boolean }> {
  if (tls === undefined) return { server: createHttpServer(nodeTimeouts(timeouts)), isCertified: () => false };
  // In sequence, so that where both are missing the error always names the certificate.
  const cert = await readPem(tls.cert, "certificate");
  const key = await readPem(tls.key, "key");
  try {
    const server = createHttpsServer({ cert, key, ...nodeTimeouts(timeouts), ...tlsTimeouts });
    const certificate = new X509Certificate(cert);
    return { server, isCertified: (name) => certificate.checkHost(name) !== undefined };
  } catch (cause) {
    throw new ServerError(`expected a PEM certificate and its key in ${tls.cert} and ${tls.key}: ${messageOf(cause)}`, { cause });
  }
}

async function readPem(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ServerError(`cannot read the TLS ${what} ${path}: ${reasonOf(cause)}`, { cause });
  }
}

async function folderAt(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ServerError(`cannot read the data folder ${path}: ${reasonOf(cause)}`, { cause });
  });
  if (!found.isDirectory()) throw new ServerError(`expected a folder of data, got the file ${path}`);
  return resolve(path);
}

function listen(server: Server, { host, port }: SignalingServerOptions): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", (cause) =>
      fail(new ServerError(`cannot listen on ${host}, port ${port}: ${reasonOf(cause)}`, { cause })),
    );
    server.listen(port, host, done);
  });
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program uses that port; choose another with --port",
  EACCES: "this user is not allowed to",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "there is no such host",
  ENOENT: "there is no such file or folder",
  EISDIR: "it is a folder",
};

function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return reasons[code] ?? messageOf(error);
}
