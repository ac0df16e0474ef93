import { type SimulationOptions, simulate } from "../cli/simulate.ts";
import { type NetworkRow, networkPage } from "./network-page.ts";
import { circumstances, writeLines, writeResult } from "./results.ts";
import { type ScaleLine, scaleChart } from "./scale-chart.ts";

/**
 * Bytes and critical path of a round against the number of peers, under churn, and on other networks. Measured on the virtual
 * clock, so any machine gives the same figures. Takes a quarter of an hour.
 */
const base = { dimension: 10_000, scheme: "ef14(topk(1%))", tree: "heap", latencyMs: 40, bandwidthMbit: 20, seed: 1 } as const;
const lines: ScaleLine[] = [];

async function measure(
  type: ScaleLine["type"],
  options: Omit<SimulationOptions, keyof typeof base> & Partial<SimulationOptions>,
) {
  const whole: SimulationOptions = { ...base, ...options };
  const { type: _type, ...result } = await simulate(whole);
  const { latencyMs, bandwidthMbit, churn = 0 } = whole;
  const line = { type, ...result, latencyMs, bandwidthMbit, churn, ...circumstances };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  lines.push(line);
  return result;
}

async function sweep(sizes: readonly number[], options: Partial<SimulationOptions>): Promise<void> {
  for (const peers of sizes) await measure("scale", { peers, rounds: 5, ...options });
}

await sweep([2, 4, 16, 64, 256, 1024, 4096], {});
await sweep([4, 16, 64, 256, 1024], { tree: "binomial" });
await sweep([2, 4, 16, 64, 256, 1024], { aggregate: "allgather" });
await sweep([2, 4, 16, 64, 256, 1024], { aggregate: "dense", scheme: "none" });
for (const peers of [64, 256, 1024, 4096]) await measure("churn", { peers, rounds: 10, churn: 0.01 });
writeResult("scale.svg", scaleChart(lines, base));

const networks: NetworkRow[] = [];
for (const bandwidthMbit of [1, 10, 100]) {
  for (const latencyMs of [20, 80, 200]) {
    const place = { peers: 64, rounds: 4, dimension: 50_890, latencyMs, bandwidthMbit };
    const gtopk = await measure("network", place);
    const allgather = await measure("network", { ...place, aggregate: "allgather" });
    const dense = await measure("network", { ...place, aggregate: "dense", scheme: "none" });
    networks.push({ latencyMs, bandwidthMbit, gtopk, allgather, dense });
  }
}
writeLines("scale.ndjson", lines);
writeResult("network.md", networkPage(networks, { peers: 64, dimension: 50_890 }));
