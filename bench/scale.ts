import { type SimulationOptions, simulate } from "../cli/simulate.ts";
import { chart, type Line } from "./chart.ts";
import { networkPage } from "./network-page.ts";
import { circumstances, writeLines, writeResult } from "./results.ts";

/**
 * How the bytes and the critical path of a round grow with the number of peers, what churn costs, and what a round takes on other
 * networks. All is read off the virtual clock, so any machine gives the same figures; about a quarter of an hour.
 */
const base = { dimension: 10_000, scheme: "ef14(topk(1%))", tree: "heap", latencyMs: 40, bandwidthMbit: 20, seed: 1 } as const;
const lines: object[] = [];

async function measure(type: string, options: Omit<SimulationOptions, keyof typeof base> & Partial<SimulationOptions>) {
  const whole: SimulationOptions = { ...base, ...options };
  const { type: _type, ...result } = await simulate(whole);
  const { latencyMs, bandwidthMbit, churn = 0 } = whole;
  const line = { type, ...result, latencyMs, bandwidthMbit, churn, ...circumstances };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  lines.push(line);
  return result;
}

interface Curve {
  readonly mean: (readonly [number, number])[];
  readonly most: (readonly [number, number])[];
  readonly ms: (readonly [number, number])[];
}

async function sweep(sizes: readonly number[], options: Partial<SimulationOptions>): Promise<Curve> {
  const curve: Curve = { mean: [], most: [], ms: [] };
  for (const peers of sizes) {
    const result = await measure("scale", { peers, rounds: 5, ...options });
    curve.mean.push([peers, result.meanBytesSentPerPeerPerRound]);
    curve.most.push([peers, result.maxBytesSentPerPeerPerRound]);
    curve.ms.push([peers, result.criticalPathMilliseconds]);
  }
  return curve;
}

const sizes = [2, 4, 16, 64, 256, 1024, 4096];
const gtopk = await sweep(sizes, {});
await sweep([4, 16, 64, 256, 1024], { tree: "binomial" });
const allgather = await sweep([2, 4, 16, 64, 256, 1024], { aggregate: "allgather" });
const dense = await sweep([2, 4, 16, 64, 256, 1024], { aggregate: "dense", scheme: "none" });
// All-to-all has P(P−1) links: nobody's tab holds them, so it is not run. Every peer sends 4d bytes to all others by one uplink.
const allToAll: Curve = { mean: [], most: [], ms: [] };
for (const peers of sizes) {
  const bytes = 4 * base.dimension * (peers - 1);
  allToAll.mean.push([peers, bytes]);
  allToAll.ms.push([peers, base.latencyMs + (8_000 * bytes) / (base.bandwidthMbit * 1e6)]);
}
await measure("churn", { peers: 4096, rounds: 10, churn: 0.01 });

const colours = { gtopk: "#3366bb", allgather: "#dd7711", dense: "#448844", allToAll: "#222222" };
const drawn = (y: "mean" | "ms"): Line[] => [
  { name: "gTop-k, tree", colour: colours.gtopk, points: gtopk[y] },
  { name: "all-gather, tree", colour: colours.allgather, points: allgather[y] },
  { name: "dense, tree", colour: colours.dense, points: dense[y] },
  { name: "dense all-to-all (computed)", colour: colours.allToAll, stroke: "dashed", points: allToAll[y] },
];
writeResult(
  "scale.svg",
  chart(
    [
      {
        title: "bytes that a peer sends in a round",
        lines: [
          ...drawn("mean"),
          { name: "gTop-k, tree, the busiest", colour: colours.gtopk, stroke: "dotted", points: gtopk.most },
        ],
        y: { title: "bytes", scale: "log", min: 100, max: 1e9 },
      },
      { title: "critical path of a round", lines: drawn("ms"), y: { title: "ms", scale: "log", min: 10, max: 1e6 } },
    ],
    {
      title: "d = 10,000, k = 1 %, 40 ms and 20 Mbit/s a peer",
      x: { title: "peers", scale: "log", min: 1, max: 10_000 },
      y: { title: "bytes", scale: "log" },
    },
  ),
);

const networks: { latencyMs: number; bandwidthMbit: number; sparse: number; dense: number }[] = [];
for (const bandwidthMbit of [1, 10, 100]) {
  for (const latencyMs of [20, 80, 200]) {
    const place = { peers: 64, rounds: 4, dimension: 50_890, latencyMs, bandwidthMbit };
    const sparse = await measure("network", place);
    const whole = await measure("network", { ...place, aggregate: "dense", scheme: "none" });
    networks.push({ latencyMs, bandwidthMbit, sparse: sparse.criticalPathMilliseconds, dense: whole.criticalPathMilliseconds });
  }
}
writeLines("scale.ndjson", lines);
writeResult("network.md", networkPage(networks, { peers: 64, dimension: 50_890 }));
