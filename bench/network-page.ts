/** The critical path of a round, in milliseconds, over one network. */
export interface NetworkRow {
  readonly latencyMs: number;
  readonly bandwidthMbit: number;
  readonly sparse: number;
  readonly dense: number;
}

/** What a round takes over slow and far networks, in Markdown. All-to-all is computed: every peer sends 4d bytes to each of the others. */
export function networkPage(
  rows: readonly NetworkRow[],
  { peers, dimension }: { readonly peers: number; readonly dimension: number },
): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toPrecision(3)} s`;
  return [
    "# What a round takes over the network",
    "",
    "Made by `npm run bench:scale`; nothing here is written by hand.",
    "",
    `${peers} peers, d = ${dimension}: from one commit at the root to the next, training not counted. Each peer has the given bandwidth in either direction, shared by its links, and the given latency one way on every link. *Dense all-to-all* is computed, not run: every peer sends 4d bytes to each of the others.`,
    "",
    "| bandwidth | latency | gTop-k 1 % on the tree | dense on the tree | dense all-to-all |",
    "|---:|---:|---:|---:|---:|",
    ...rows.map(({ bandwidthMbit, latencyMs, sparse, dense }) => {
      const allToAll = latencyMs + (8_000 * 4 * dimension * (peers - 1)) / (bandwidthMbit * 1e6);
      return `| ${bandwidthMbit} Mbit/s | ${latencyMs} ms | ${seconds(sparse)} | ${seconds(dense)} | ${seconds(allToAll)} |`;
    }),
    "",
  ].join("\n");
}
