import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { simulate } from "../cli/simulate.ts";

/** How bytes and the critical path of a round grow with the number of peers: read off the virtual clock, so any machine gives the same. */
const machine = `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, Node ${process.version}`;
const date = new Date().toISOString().slice(0, 10);
const lines: string[] = [];
for (const tree of ["heap", "binomial"] as const) {
  for (const peers of [4, 16, 64, 256, 1024]) {
    const scheme = "ef14(topk(1%))";
    const options = { peers, tree, scheme, dimension: 10_000, rounds: 5, latencyMs: 40, bandwidthMbit: 20, seed: 1 };
    const { type: _type, ...result } = await simulate(options);
    const line = JSON.stringify({ type: "scale", ...result, latencyMs: 40, bandwidthMbit: 20, machine, date });
    process.stdout.write(`${line}\n`);
    lines.push(line);
  }
}
const folder = new URL("./results/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("scale.ndjson", folder), `${lines.join("\n")}\n`);
