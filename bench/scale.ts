import { simulate } from "../cli/simulate.ts";
import { circumstances, writeLines } from "./results.ts";

/** How bytes and the critical path of a round grow with the number of peers: read off the virtual clock, so any machine gives the same. */
const lines: object[] = [];
for (const tree of ["heap", "binomial"] as const) {
  for (const peers of [4, 16, 64, 256, 1024]) {
    const scheme = "ef14(topk(1%))";
    const options = { peers, tree, scheme, dimension: 10_000, rounds: 5, latencyMs: 40, bandwidthMbit: 20, seed: 1 };
    const { type: _type, ...result } = await simulate(options);
    const line = { type: "scale", ...result, latencyMs: 40, bandwidthMbit: 20, ...circumstances };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    lines.push(line);
  }
}
writeLines("scale.ndjson", lines);
