import type { Hash } from "../shared/hash.ts";
import type { RunConfig } from "../shared/training/config.ts";
import type { RoundReport } from "../shared/training/report.ts";
import type { FinalReport } from "./run-peer.ts";

/** How a browser tab of the demo ended. */
export interface TabEnd {
  readonly hash: Hash | null;
}

/** What a demo comes to. Bytes are means over headless peers and rounds. */
export interface DemoSummary {
  readonly type: "summary";
  readonly peers: number;
  readonly rounds: number;
  readonly parameters: number;
  readonly accuracy: number | null;
  readonly loss: number | null;
  readonly hashesEqual: boolean;
  /** Where they enter the data channel: frames with their headers, control messages included. */
  readonly bytesSentPerPeerPerRound: number;
  /** Of the peer that sent most. */
  readonly maxBytesSentPerPeerPerRound: number;
  /** The same bytes as WebRTC's own statistics count them, and what its transport sent with DTLS, SCTP and ICE. */
  readonly statsBytesSentPerPeerPerRound: number | null;
  readonly wireBytesSentPerPeerPerRound: number | null;
  readonly denseAllToAllBytesPerPeerPerRound: number;
  readonly secondsPerRound: number | null;
}

interface Ends {
  readonly config: RunConfig;
  /** One peer's reports. */
  readonly rounds: readonly RoundReport[];
  /** null for a peer that failed. */
  readonly finals: readonly (FinalReport | null)[];
  readonly tabs: readonly TabEnd[];
  readonly expected: number;
}

export function summaryOf({ config, rounds, finals, tabs, expected }: Ends): DemoSummary {
  const ended = finals.filter((final) => final !== null);
  const hashes = [...ended, ...tabs].map(({ hash }) => hash);
  const perRound = (bytes: readonly (number | null)[]): number | null =>
    bytes.includes(null)
      ? null
      : bytes.reduce<number>((sum, value) => sum + value!, 0) / Math.max(bytes.length, 1) / config.rounds;
  const parameters = ended[0]?.parameters ?? 0;
  const timed = rounds.slice(1);
  return {
    type: "summary",
    peers: expected,
    rounds: ended[0]?.round ?? 0,
    parameters,
    accuracy: ended[0]?.accuracy ?? null,
    loss: ended[0]?.loss ?? null,
    hashesEqual: hashes.length === expected && new Set(hashes).size === 1 && hashes[0] !== null,
    bytesSentPerPeerPerRound: perRound(ended.map(({ bytesSent }) => bytesSent)) ?? 0,
    maxBytesSentPerPeerPerRound: Math.max(0, ...ended.map(({ bytesSent }) => bytesSent)) / config.rounds,
    statsBytesSentPerPeerPerRound: perRound(ended.map(({ statsBytesSent }) => statsBytesSent)),
    wireBytesSentPerPeerPerRound: perRound(ended.map(({ wireBytesSent }) => wireBytesSent)),
    denseAllToAllBytesPerPeerPerRound: (expected - 1) * 4 * parameters,
    // The first round also holds the start of the processes.
    secondsPerRound: timed.length === 0 ? null : timed.reduce((sum, { seconds }) => sum + seconds, 0) / timed.length,
  };
}

export function summaryText(summary: DemoSummary): string {
  const { accuracy, loss, bytesSentPerPeerPerRound: bytes, denseAllToAllBytesPerPeerPerRound: dense } = summary;
  return [
    "",
    `${summary.peers} peers, ${summary.rounds} rounds, ${summary.parameters.toLocaleString("en")} parameters`,
    accuracy === null
      ? "no peer finished"
      : `accuracy ${(100 * accuracy).toFixed(2)} %, loss ${loss!.toFixed(4)} on the held-out set`,
    `sent by a peer in a round: ${Math.round(bytes).toLocaleString("en")} B${bytes > 0 ? `, 1/${Math.round(dense / bytes)} of dense all-to-all` : ""}`,
    ...(summary.secondsPerRound === null ? [] : [`${summary.secondsPerRound.toFixed(2)} s a round`]),
    summary.hashesEqual ? "all peers ended with the same model, bit for bit" : "THE PEERS DO NOT AGREE, or some failed",
    "",
  ].join("\n");
}
