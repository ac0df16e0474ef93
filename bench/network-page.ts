import type { SimulationSummary } from "../cli/simulate.ts";

/** Critical path of a round, and the fraction of the roster that counted. */
type Taken = Pick<SimulationSummary, "criticalPathMilliseconds" | "counted">;

/** Rounds over one network. */
export interface NetworkRow {
  readonly latencyMs: number;
  readonly bandwidthMbit: number;
  readonly gtopk: Taken;
  readonly allgather: Taken;
  readonly dense: Taken;
}

/** The length of a round over slow and far networks, in Markdown. All-to-all is computed: every peer sends 4d bytes to each of the others. */
export function networkPage(
  rows: readonly NetworkRow[],
  { peers, dimension }: { readonly peers: number; readonly dimension: number },
): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toPrecision(3)} s`;
  const taken = ({ criticalPathMilliseconds: ms, counted }: Taken): string =>
    counted === 1 ? seconds(ms) : `${seconds(ms)}, ${Math.round(100 * counted)} % counted`;
  return [
    "# What a round takes over the network",
    "",
    "Made by `npm run bench:scale`; nothing here is written by hand.",
    "",
    `${peers} peers, d = ${dimension.toLocaleString("en")}: from one commit at the root to the next, training not counted, median. Each peer has the given bandwidth in either direction, shared by its links, and the given latency one way on every link. Where not all counted, the deadline came first. *Dense all-to-all* is computed, not run: every peer sends 4d bytes to each of the others.`,
    "",
    "| bandwidth | latency | gTop-k 1 %, tree | all-gather 1 %, tree | dense, tree | dense all-to-all |",
    "|---:|---:|---:|---:|---:|---:|",
    ...rows.map(({ bandwidthMbit, latencyMs, gtopk, allgather, dense }) => {
      const allToAll = latencyMs + (8_000 * 4 * dimension * (peers - 1)) / (bandwidthMbit * 1e6);
      const run = [gtopk, allgather, dense].map(taken).join(" | ");
      return `| ${bandwidthMbit} Mbit/s | ${latencyMs} ms | ${run} | ${seconds(allToAll)} |`;
    }),
    "",
  ].join("\n");
}
