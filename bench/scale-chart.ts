import type { SimulationSummary } from "../cli/simulate.ts";
import { chart, type Line } from "../cli/support/chart.ts";

/** Results of a simulation, and its network. */
export interface ScaleLine extends Omit<SimulationSummary, "type"> {
  readonly type: "scale" | "churn" | "network";
  readonly latencyMs: number;
  readonly bandwidthMbit: number;
  readonly churn: number;
}

/** The network and the model of the figure. */
interface Chosen {
  readonly dimension: number;
  readonly latencyMs: number;
  readonly bandwidthMbit: number;
}

const colors = { gtopk: "#3366bb", churn: "#bb3377", allgather: "#dd7711", dense: "#448844", allToAll: "#222222" };

/** Bytes and critical path of a round against the number of peers, side by side. All-to-all is computed. */
export function scaleChart(lines: readonly ScaleLine[], { dimension, latencyMs, bandwidthMbit }: Chosen): string {
  const points = (wanted: Partial<ScaleLine>, y: (line: ScaleLine) => number): [number, number][] =>
    lines
      .filter((line) =>
        Object.entries({ tree: "heap", ...wanted }).every(([key, value]) => line[key as keyof ScaleLine] === value),
      )
      .map((line) => [line.peers, y(line)]);
  const gtopk = { type: "scale", aggregate: "gtopk" } as const;
  const sizes = points(gtopk, ({ peers }) => peers).map(([peers]) => peers);
  // All-to-all is computed, since no tab holds its P − 1 links: every peer sends 4d bytes to all others by one uplink.
  const bytesToAll = (peers: number): number => 4 * dimension * (peers - 1);
  const drawn = (y: (line: ScaleLine) => number, toAll: (peers: number) => number): Line[] => [
    { name: "gTop-k, tree", color: colors.gtopk, points: points(gtopk, y) },
    { name: "all-gather, tree", color: colors.allgather, points: points({ type: "scale", aggregate: "allgather" }, y) },
    { name: "dense, tree", color: colors.dense, points: points({ type: "scale", aggregate: "dense" }, y) },
    {
      name: "dense all-to-all (computed)",
      color: colors.allToAll,
      stroke: "dashed",
      points: sizes.map((peers) => [peers, toAll(peers)]),
    },
    { name: "gTop-k, tree, 1 % churn", color: colors.churn, points: points({ type: "churn" }, y) },
  ];
  const busiest: Line = {
    name: "gTop-k, tree, the busiest",
    color: colors.gtopk,
    stroke: "dotted",
    points: points(gtopk, ({ maxBytesSentPerPeerPerRound: most }) => most),
  };
  const bytes = drawn(({ meanBytesSentPerPeerPerRound: mean }) => mean, bytesToAll);
  const time = drawn(
    ({ criticalPathMilliseconds: ms }) => ms,
    (peers) => latencyMs + (8_000 * bytesToAll(peers)) / (bandwidthMbit * 1e6),
  );
  return chart(
    [
      {
        title: "bytes that a peer sends in a round",
        lines: [...bytes, busiest],
        y: { title: "bytes", scale: "log", min: 100, max: 1e9 },
      },
      { title: "critical path of a round", lines: time, y: { title: "ms", scale: "log", min: 10, max: 1e6 } },
    ],
    {
      title: `d = ${dimension.toLocaleString("en")}, k = 1 %, ${latencyMs} ms and ${bandwidthMbit} Mbit/s a peer`,
      x: { title: "peers", scale: "log", min: 1, max: 10_000 },
      y: { title: "bytes", scale: "log" },
    },
  );
}
