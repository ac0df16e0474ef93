import { formatBytes, formatCount, formatSeconds, formatShare, inTerminal, plural } from "../../client/base/format.ts";
import { headlineOf, metricsInWords } from "../../client/base/metric-text.ts";
import type { Hash } from "../../shared/base/hash.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { Confusion } from "../../shared/run/confusion.ts";
import type { RoundReport } from "../../shared/run/report.ts";
import { type MetricMeans, metricsOf, type TaskName, taskMetrics } from "../../shared/run/tasks.ts";
import type { FinalReport } from "../final-report.ts";

/** How a browser tab of the demo ended. */
export interface TabEnd {
  readonly hash: Hash | null;
}

/** Result of a demo. Bytes are means over headless peers and rounds. */
export interface DemoSummary {
  readonly type: "summary";
  readonly peers: number;
  readonly rounds: number;
  readonly parameters: number;
  readonly task: TaskName;
  readonly model: string;
  /** Means of the task's metrics for the final model, by name; over all held-out samples, where peers have held out their own. */
  readonly metrics: MetricMeans;
  /** Accuracy of the final model on the whole held-out set; null if no peer could test it. */
  readonly accuracy: number | null;
  readonly loss: number | null;
  /** How many held-out samples of each class the final model takes for which; null where there are more than 4 classes or none, or no peer could test it. */
  readonly confusion: Confusion | null;
  readonly hashesEqual: boolean;
  /** Counted where they enter the data channel: frames with their headers, control messages included. */
  readonly bytesSentPerPeerPerRound: number;
  /** Bytes per round of the peer that sent most. */
  readonly maxBytesSentPerPeerPerRound: number;
  /** The same bytes by WebRTC's statistics, and the bytes of its transport with DTLS, SCTP and ICE; null where they are not counted. */
  readonly statsBytesSentPerPeerPerRound: number | null;
  readonly wireBytesSentPerPeerPerRound: number | null;
  /** The part of the bytes sent that statistics take, which no gradient trains and which travel whole; 0 where a run has none. */
  readonly statisticsBytesSentPerPeerPerRound: number;
  readonly denseAllToAllBytesPerPeerPerRound: number;
  readonly secondsPerRound: number | null;
}

interface Ends {
  readonly config: RunConfig;
  /** One peer's reports. */
  readonly rounds: readonly RoundReport[];
  /** Final report of each headless peer; at least one. */
  readonly finals: readonly FinalReport[];
  readonly tabs: readonly TabEnd[];
}

export function summaryOf({ config, rounds, finals, tabs }: Ends): DemoSummary {
  const [first] = finals;
  const peers = finals.length + tabs.length;
  const hashes = [...finals, ...tabs].map(({ hash }) => hash);
  const perRound = (bytes: readonly (number | null)[]): number | null =>
    bytes.includes(null) ? null : bytes.reduce<number>((sum, value) => sum + value!, 0) / bytes.length / config.rounds;
  const { round, parameters } = first!;
  const metrics = overall(config.task, finals);
  // The first round includes the wait for the processes that start last.
  const times = rounds.slice(1).flatMap(({ seconds }) => seconds ?? []);
  return {
    type: "summary",
    peers,
    rounds: round,
    parameters,
    task: config.task,
    model: config.model,
    metrics,
    accuracy: metrics["accuracy"] ?? null,
    loss: metrics["loss"] ?? null,
    // The peers of a demo have the same held-out samples, and count alike.
    confusion: finals.find(({ confusion }) => confusion !== null)?.confusion ?? null,
    hashesEqual: new Set(hashes).size === 1,
    bytesSentPerPeerPerRound: perRound(finals.map(({ bytesSent }) => bytesSent)) ?? 0,
    maxBytesSentPerPeerPerRound: Math.max(...finals.map(({ bytesSent }) => bytesSent)) / config.rounds,
    statsBytesSentPerPeerPerRound: perRound(finals.map(({ statsBytesSent }) => statsBytesSent)),
    wireBytesSentPerPeerPerRound: perRound(finals.map(({ wireBytesSent }) => wireBytesSent)),
    statisticsBytesSentPerPeerPerRound: perRound(finals.map(({ statisticsSent }) => statisticsSent)) ?? 0,
    denseAllToAllBytesPerPeerPerRound: (peers - 1) * 4 * parameters,
    secondsPerRound: times.length === 0 ? null : times.reduce((sum, seconds) => sum + seconds, 0) / times.length,
  };
}

/** The metrics over all that was tested. Peers that share the held-out samples all have the same. */
function overall(task: TaskName, finals: readonly FinalReport[]): MetricMeans {
  const tested = finals.filter(({ metrics }) => Object.keys(metrics).length > 0);
  const names = taskMetrics[task];
  const sums = names.map((name) => tested.reduce((sum, { metrics, tested: count }) => sum + metrics[name]! * count, 0));
  return metricsOf(task, { sums, count: tested.reduce((sum, final) => sum + final.tested, 0) });
}

export function summaryText(summary: DemoSummary): string {
  const { peers, rounds, parameters, metrics, secondsPerRound, hashesEqual } = summary;
  const { bytesSentPerPeerPerRound: bytes, denseAllToAllBytesPerPeerPerRound: dense } = summary;
  const { statisticsBytesSentPerPeerPerRound: statistics } = summary;
  const share = formatShare(bytes, dense);
  const lines = [
    "",
    `${plural(peers, "peer")}, ${plural(rounds, "round")}, ${formatCount(parameters)} parameters`,
    headlineOf(metrics) === null
      ? "the final model could not be tested"
      : `final model: ${metricsInWords(metrics)} on held-out data`,
    `sent by a peer in a round: ${formatBytes(bytes)}${share === null ? "" : `, ${share} all-to-all`}`,
    ...(statistics === 0
      ? []
      : [`of which statistics, which no gradient trains and which travel whole: ${formatBytes(statistics)}`]),
    ...(secondsPerRound === null ? [] : [`${formatSeconds(secondsPerRound)} a round`]),
    hashesEqual ? "all peers ended with the same model, bit for bit" : "THE PEERS DO NOT AGREE",
    "",
  ];
  return inTerminal(lines.join("\n"));
}
