import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PeerId } from "../shared/base/transport.ts";
import type { Inspect } from "../shared/peer/step.ts";

// Plays rounds on the virtual clock by the code of a folder, and prints what they cost.
//   tsx bench/inspect-run.ts FOLDER off|trace PEERS PARAMETERS ROUNDS

/** What a number of rounds cost this process. */
export interface InspectRun {
  readonly wallMs: number;
  /** CPU time of the process, user and system. */
  readonly cpuMs: number;
}

/** Until then code is compiled and memory mapped: not timed. */
const warmRounds = 40;

const [folder = "", hook = "", ...numbers] = process.argv.slice(2);
const [peers = 0, dimension = 0, rounds = 0] = numbers.map(Number);
const moduleOf = (path: string): string => pathToFileURL(join(folder, path)).href;

const { createHasher } = (await import(moduleOf("shared/base/hash.ts"))) as typeof import("../shared/base/hash.ts");
const { defaultConfig } = (await import(moduleOf("shared/run/config.ts"))) as typeof import("../shared/run/config.ts");
const { createQuadraticTrainer } = (await import(
  moduleOf("shared/simulation/lab/quadratic-trainer.ts")
)) as typeof import("../shared/simulation/lab/quadratic-trainer.ts");
const { createSwarm } = (await import(
  moduleOf("shared/simulation/network/swarm.ts")
)) as typeof import("../shared/simulation/network/swarm.ts");
const { createVirtualClock } = (await import(
  moduleOf("shared/simulation/network/virtual-clock.ts")
)) as typeof import("../shared/simulation/network/virtual-clock.ts");
const { openTrace } = (await import(moduleOf("cli/tracing/trace-writer.ts"))) as typeof import("../cli/tracing/trace-writer.ts");

const traces = mkdtempSync(join(tmpdir(), "copse-inspect-"));
const hasher = await createHasher();
const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
const config = { ...defaultConfig, scheme: "ef14(topk(1%))", localSteps: 1, batch: 1, rounds: 0, startAt: peers, seed: 1 };
const inspectOf = (peer: PeerId): Inspect =>
  openTrace(join(traces, `${peer}.ndjson`), { room: "simulated", label: peer, hasher, onProblem: fail }).inspect;

function fail(text: string): never {
  throw new Error(text);
}

const swarm = createSwarm({
  ...{ clock, hasher, config, latencyMs: 5, bandwidthBitsPerSecond: 1e9 },
  createTrainer: async (_run, seat) => createQuadraticTrainer({ dimension, seed: 1, seat, trainingMs: 20, clock }),
  report: () => {},
  ...(hook === "trace" ? { inspect: inspectOf } : {}),
});
for (let i = 0; i < peers; i += 1) swarm.add();
const until = async (round: number): Promise<void> => {
  const [first] = swarm.peers.values();
  if (!(await clock.run({ until: () => (first!.tip?.round ?? 0) >= round, limitMs: 1e9 }))) fail(`round ${round} never came`);
};

await until(warmRounds);
const before = { wall: performance.now(), cpu: process.cpuUsage() };
await until(warmRounds + rounds);
const { user, system } = process.cpuUsage(before.cpu);
const run: InspectRun = { wallMs: performance.now() - before.wall, cpuMs: (user + system) / 1_000 };
process.stdout.write(`${JSON.stringify(run)}\n`);
rmSync(traces, { recursive: true });
process.exit(0);
