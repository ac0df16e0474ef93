import { join } from "node:path";
import { AddressError, serverAddress } from "../client/base/server-address.ts";
import type { ModelShape } from "../client/models/model-method.ts";
import type { OwnModel } from "../client/models/own/own-model.ts";
import { startNodePeer } from "../client/node/node-peer.ts";
import type { ClientReport, FinalModel } from "../client/peer/client-report.ts";
import { createLoneWatch } from "../client/peer/lone-watch.ts";
import { createHasher } from "../shared/base/hash.ts";
import { shownValue } from "../shared/base/issue-text.ts";
import type { Links, LinkTraffic } from "../shared/base/transport.ts";
import type { Peer } from "../shared/peer/peer.ts";
import type { Inspect } from "../shared/peer/step.ts";
import type { RunConfig } from "../shared/run/config.ts";
import { usualPartitions } from "../shared/run/usual-partitions.ts";
import { canonicalRoom, roomExpectation } from "../shared/signaling/protocol/room-name.ts";
import { connectTimeoutOf, createConnectWait } from "./connect-wait.ts";
import { exportModel } from "./export-model.ts";
import type { FinalReport } from "./final-report.ts";
import { openLog } from "./log-file.ts";
import { outputFolderOf } from "./output-folder.ts";
import { createReportText } from "./report-text.ts";
import { configOf, type TypedOptions, typedConfig } from "./support/config-options.ts";
import { UnreachableError, UsageError } from "./support/exit.ts";
import { typedModel } from "./support/given-model.ts";
import { onInterruption } from "./support/interruption.ts";
import { ownDataOf } from "./support/own-data-options.ts";
import { print, printable, printJson } from "./support/terminal.ts";
import { debugOf } from "./tracing/debug.ts";
import { openTrace } from "./tracing/trace-writer.ts";

/** Adds the number of partitions as the page's form does, so that a tab and this peer open the same room. */
function withPartitions(fields: ReturnType<typeof typedConfig>): ReturnType<typeof typedConfig> {
  const { startAt, partitions } = fields;
  return typeof startAt === "number" && partitions === undefined ? { ...fields, partitions: usualPartitions(startAt) } : fields;
}

/** Time for the last total to reach peers that are behind, before a finished peer leaves. */
const lingerMs = 3_000;

/** Joins, trains until the run ends or it is interrupted, reports the end, and leaves. */
export async function runPeer(options: TypedOptions): Promise<void> {
  const { typed, given } = await typedModel(options);
  const ownData = await ownDataOf(typed);
  const fields = {
    ...withPartitions(typedConfig(typed)),
    ...(typed["data"] === true ? { data: "served", partition: typed["partition"] ?? "iid" } : {}),
  };
  const config = ownData === null && Object.keys(fields).length > 0 ? configOf(fields) : null;
  const serverUrl = serverUrlOf(String(typed["server"]));
  const room = canonicalRoom(String(typed["room"]));
  if (room === null)
    throw new UsageError(`--room: expected ${roomExpectation}, or a room's link, got ${shownValue(typed["room"])}`);
  const exportFolder = await outputFolderOf(typed, "export");
  const connectTimeoutMs = connectTimeoutOf(typed);
  const log = openLog(typed);
  const isJson = typed["json"] === true;
  let run: RunConfig | null = null;
  let shape: ModelShape | null = null;
  let statisticsSent = 0;
  let own: OwnModel | null = null;
  let end = (_why: FinalModel | "stopped"): void => {};
  let fail = (_error: Error): void => {};
  const ended = new Promise<FinalModel | "stopped">((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const textOf = createReportText();
  ended.catch(() => {}); // handled here, too: it may reject before it is awaited
  const say = (report: ClientReport | FinalReport): void => {
    if (isJson) return printJson(report);
    const line = textOf(report);
    if (line !== null) print(line);
  };
  const lone = createLoneWatch();
  const wait = createConnectWait(connectTimeoutMs, (sentence) => fail(new UnreachableError(sentence)));
  const onReport = (report: ClientReport): void => {
    say(report);
    lone.hear(report);
    wait.hear(report);
    if (report.type === "round") {
      log?.round(report);
      statisticsSent += report.payload.statistics;
    }
    if (report.type === "joined") run = report.config;
    if (report.type === "evaluated") end(report);
    if (report.type === "refused") fail(new Error(printable(report.reason)));
  };
  const label = String(typed["name"]).slice(0, 60);
  const starting = new AbortController();
  let isStarted = false;
  onInterruption(() => {
    if (!isStarted) starting.abort();
    end("stopped");
  });
  // A peer that another process started ends with that process.
  if (process.connected) process.once("disconnect", () => end("stopped"));
  const checkpoints = typeof typed["checkpoint"] === "string" ? typed["checkpoint"] : null;
  const debug = debugOf(process.env, label);
  const trace =
    typeof typed["trace"] === "string"
      ? openTrace(typed["trace"], {
          room,
          label,
          hasher: await createHasher(),
          onProblem: (text) => say({ type: "notice", text }),
        })
      : null;
  const started = await startNodePeer({
    serverUrl,
    room,
    label,
    config,
    ...(ownData === null ? {} : { ownData }),
    checkpoints,
    signal: starting.signal,
    relayOnly: typed["relayOnly"] === true,
    ...(given === null ? {} : { initial: given.initial }),
    onShape: (known, model) => {
      shape = known;
      own = model;
    },
    report: onReport,
    ...inspecting([trace?.inspect ?? null, debug]),
  }).catch((cause: unknown) => {
    if (starting.signal.aborted) return null;
    throw cause;
  });
  isStarted = true;
  try {
    if (started === null) return;
    const { peer, links } = started;
    const model = await ended;
    if (model !== "stopped") {
      const final = await finalReport(peer, links, { ...model, statisticsSent });
      if (exportFolder !== null) {
        const [layout, parameters, { round, hash }] = [peer.layout!, peer.parameters!, peer.tip!];
        await exportModel({ config: run!, own, shape: shape!, layout, parameters, round, hash }, join(exportFolder, links.self));
      }
      say(final);
      await untilDismissed();
      if (lone.problem !== null) throw new Error(lone.problem);
    }
  } finally {
    wait.stop();
    await started?.close();
    trace?.close();
    log?.close();
  }
}

/** All of those who want to be told of what happens; nobody: the peer does not tell of it. */
function inspecting(wanted: readonly (Inspect | null)[]): { readonly inspect?: Inspect } {
  const told = wanted.filter((inspect) => inspect !== null);
  if (told.length === 0) return {};
  return { inspect: (event, machines, depth) => told.forEach((inspect) => void inspect(event, machines, depth)) };
}

/** Resolves when the parent process dismisses the peer; without a parent after `lingerMs`. */
function untilDismissed(): Promise<void> {
  if (process.connected) return new Promise((resolve) => void process.once("disconnect", resolve));
  return process.channel === undefined ? new Promise((resolve) => void setTimeout(resolve, lingerMs)) : Promise.resolve();
}

async function finalReport(
  peer: Peer,
  links: Links,
  { metrics, tested, accuracy, loss, confusion, statisticsSent }: FinalModel & Pick<FinalReport, "statisticsSent">,
): Promise<FinalReport> {
  const traffic = await links.traffic();
  return {
    type: "final",
    peer: links.self,
    round: peer.tip!.round,
    hash: peer.tip!.hash,
    parameters: peer.layout!.length,
    metrics,
    tested,
    accuracy,
    loss,
    confusion,
    bytesSent: total(traffic, "sent")!,
    statsBytesSent: total(traffic, "statsSent"),
    wireBytesSent: total(traffic, "wireSent"),
    statisticsSent,
  };
}

function total(traffic: readonly LinkTraffic[], key: "sent" | "statsSent" | "wireSent"): number | null {
  return traffic.reduce<number | null>((sum, link) => (sum === null || link[key] === null ? null : sum + link[key]), 0);
}

/** The address as it was typed, after a check. @throws {UsageError} if it names no server */
function serverUrlOf(text: string): string {
  try {
    serverAddress(text);
    return text;
  } catch (cause) {
    throw cause instanceof AddressError ? new UsageError(`--server: ${cause.message}`, { cause }) : cause;
  }
}
