import { Command, Option } from "commander";
import { patientStartMs } from "../shared/signaling/roster/pacing.ts";
import { IceError, parseIceServers } from "../signaling-server/ice.ts";
import { createSignalingServer, type SignalingServerOptions } from "../signaling-server/main.ts";
import { createJsonLog } from "../signaling-server/operation/json-log.ts";
import { allowedHostOf, allowedOriginOf } from "../signaling-server/own-hosts.ts";
import { basePathOf } from "../signaling-server/strip-base-path.ts";
import { applySettings } from "./support/apply-settings.ts";
import { checkModelFolder } from "./support/check-model-folder.ts";
import { checkDataFolder } from "./support/data-folder.ts";
import { failWith, UsageError } from "./support/exit.ts";
import { onInterruption } from "./support/interruption.ts";
import { drawRoomName } from "./support/room-name.ts";
import { print, printJson, printJsonAside } from "./support/terminal.ts";

interface ServeOptions {
  readonly host: string;
  readonly port: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly ice: readonly string[];
  readonly basePath?: string;
  readonly data?: string;
  readonly model?: string;
  readonly trustProxy?: true;
  readonly metricsToken?: string;
  readonly allowedHost: readonly string[];
  readonly allowedOrigin: readonly string[];
  readonly logJson?: true;
  readonly config?: string;
  readonly json?: true;
}

/** `copse serve`: runs the signaling server until it is interrupted. */
export function serveCommand(): Command {
  const command = new Command("serve");
  return command
    .description("run the signaling server and the page")
    .addOption(new Option("--host <address>", "address to listen on; 0.0.0.0 lets other devices in").default("127.0.0.1"))
    .addOption(new Option("--port <number>", "port to listen on; 0 takes any free one").default("8080"))
    .option("--tls-cert <file>", "TLS certificate (PEM); WebGPU on other devices needs TLS")
    .option("--tls-key <file>", "its key (PEM)")
    .addOption(
      new Option("--ice <server>", "stun:host:port, turn:user:password@host:port, or JSON as a provider gives it; repeatable")
        .argParser(gather)
        .default([], "none"),
    )
    .option("--base-path <path>", "the path below which a proxy has the server, if it passes that on, e.g. /copse/")
    .option("--data <folder>", "serve the IDX files of this folder to the peers")
    .option(
      "--model <folder>",
      "serve the model of this folder, a model.json with its weights, to peers whose run is of their own model",
    )
    .option("--trust-proxy", "a reverse proxy is in front: tell clients apart by its X-Forwarded-For, not by the proxy's address")
    .addOption(
      new Option("--allowed-host <name>", "a name by which clients ask for this server, as a proxy passes it on; repeatable")
        .argParser(gather)
        .default([], "addresses, localhost, this machine's name, those of the certificate"),
    )
    .addOption(
      new Option("--allowed-origin <origin>", "pages from there may use this server, e.g. https://page.example; repeatable")
        .argParser(gather)
        .default([], "its own page alone"),
    )
    .option("--metrics-token <text>", "show figures for Prometheus at /metrics to who has this token: 16 characters or more")
    .option("--log-json", "log lines of JSON with level and time instead of sentences, figures every 10 s among them")
    .option("--config <file>", "take options from this file (YAML or JSON) that are neither typed nor in COPSE_<OPTION>")
    .option("--json", "print one JSON line for each event instead of text")
    .action(async (typed: ServeOptions) => {
      try {
        await applySettings(command, { env: process.env, file: typed.config ?? null, except: ["config", "json"] });
        const options = command.opts<ServeOptions>();
        if (options.data !== undefined) await checkDataFolder(options.data);
        if (options.model !== undefined) await checkModelFolder(options.model);
        await serve(parseServeOptions(options), { json: options.json === true, logJson: options.logJson === true });
      } catch (error) {
        failWith(command, error);
      }
    });
}

/** @throws {UsageError} saying what was expected */
export function parseServeOptions(options: ServeOptions): SignalingServerOptions {
  const { host, port, tlsCert, tlsKey, ice, basePath, data, model, trustProxy, metricsToken, allowedHost, allowedOrigin } =
    options;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`expected a port from 0 to 65535 after --port, got ${port}`);
  }
  if (host === "") throw new UsageError("expected an address after --host, got nothing");
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError(`expected --tls-cert and --tls-key together, got only --tls-${tlsCert === undefined ? "key" : "cert"}`);
  }
  if (metricsToken !== undefined && metricsToken.length < 16) {
    throw new UsageError(`expected 16 characters or more after --metrics-token, got ${metricsToken.length}`);
  }
  const folder = basePath === undefined ? undefined : basePathOf(basePath);
  if (folder === null) throw new UsageError(`expected a path such as /copse/ after --base-path, got ${basePath}`);
  return {
    host,
    port: Number(port),
    iceServers: iceServersOf(ice),
    ...(tlsCert === undefined || tlsKey === undefined ? {} : { tls: { cert: tlsCert, key: tlsKey } }),
    ...(folder === undefined ? {} : { basePath: folder }),
    ...(data === undefined ? {} : { dataFolder: data }),
    ...(model === undefined ? {} : { modelFolder: model }),
    ...(trustProxy === undefined ? {} : { trustsProxy: true }),
    ...(metricsToken === undefined ? {} : { metricsToken }),
    allowedHosts: each(allowedHost, allowedHostOf, "expected a name without a port, such as copse.example, after --allowed-host"),
    allowedOrigins: each(
      allowedOrigin,
      allowedOriginOf,
      "expected an origin such as https://page.example after --allowed-origin",
    ),
  };
}

const gather = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** @throws {UsageError} */
function each(texts: readonly string[], read: (text: string) => string | null, expected: string): readonly string[] {
  return texts.map((text) => {
    const value = read(text);
    if (value === null) throw new UsageError(`${expected}, got ${text}`);
    return value;
  });
}

/** @throws {UsageError} */
function iceServersOf(texts: readonly string[]): ReturnType<typeof parseIceServers> {
  try {
    return parseIceServers(texts);
  } catch (cause) {
    if (cause instanceof IceError) throw new UsageError(`--ice: ${cause.message}`, { cause });
    throw cause;
  }
}

async function serve(
  settings: SignalingServerOptions,
  { json, logJson }: { readonly json: boolean; readonly logJson: boolean },
): Promise<void> {
  // A run may outlive a former process of the server, and its peers come back to this one.
  const log = logJson ? createJsonLog((line) => printJsonAside(JSON.parse(line) as object)) : null;
  const logs = log === null ? {} : { log: log.warn };
  const server = await createSignalingServer({ ...settings, ...logs, pacing: { startMs: patientStartMs } });
  log?.info({ port: server.port, node: process.version }, "listening");
  const stopWatching = log?.watch(() => server.stats());
  const path = `/r/${drawRoomName()}`;
  if (json) {
    const { url, network } = server;
    printJson({ type: "listening", url, room: url + path, network: network.map((each) => each + path) });
  } else {
    for (const line of introduction(settings, { ...server, path })) print(line);
  }
  await new Promise<void>(onInterruption);
  log?.info({}, "draining");
  await server.drain();
  stopWatching?.();
  await server.close();
  if (json) printJson({ type: "closed" });
}

export interface ListeningAt {
  readonly url: string;
  readonly network: readonly string[];
  /** Path of a fresh room, e.g. `/r/quiet-fox-42`. */
  readonly path: string;
}

/** The text for a person who has just started the server: first the link that works on most devices. */
export function introduction({ host, tls }: SignalingServerOptions, { url, network, path }: ListeningAt): readonly string[] {
  const isAll = host === "0.0.0.0" || host === "::";
  const [first = url, ...others] = isAll ? [...network, url] : [];
  const lines = [`Copse is listening. A fresh room: ${first}${path}`];
  if (["127.0.0.1", "::1", "localhost"].includes(host)) {
    return [...lines, "Only this machine can connect; --host 0.0.0.0 lets other devices in."];
  }
  for (const other of others)
    lines.push(`${other === url ? "On this machine:  " : "The same room at: "}                ${other}${path}`);
  if (isAll && network.length === 0) lines.push("This machine has no address in a network: other devices cannot connect.");
  if (tls === undefined) {
    lines.push(
      "Over plain http other devices have no WebGPU and train on WebGL or WebAssembly; --tls-cert and --tls-key give it to them.",
    );
  }
  return lines;
}
