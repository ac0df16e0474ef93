import { Command } from "commander";
import { formatBytes, formatMilliseconds, inTerminal, plural } from "../client/base/format.ts";
import { createHasher } from "../shared/base/hash.ts";
import { seeded } from "../shared/base/random.ts";
import { defaultConfig, type RunConfig } from "../shared/run/config.ts";
import type { RoundReport } from "../shared/run/report.ts";
import { createQuadraticTrainer } from "../shared/simulation/lab/quadratic-trainer.ts";
import { createChurn } from "../shared/simulation/network/churn.ts";
import { createSwarm } from "../shared/simulation/network/swarm.ts";
import { createVirtualClock } from "../shared/simulation/network/virtual-clock.ts";
import { type TopologyName, topologyNames } from "../shared/tree/topologies.ts";
import { asksForChaos, simulateChaos } from "./simulate-chaos.ts";
import { configOf, realNumber, type TypedOptions, wholeNumber } from "./support/config-options.ts";
import { failWith, UsageError } from "./support/exit.ts";
import { print, printJson } from "./support/terminal.ts";

/** Result of a simulation; bytes are counted where they enter the (simulated) data channel. */
export interface SimulationSummary extends Pick<RunConfig, "aggregate" | "truncationResidual"> {
  readonly type: "summary";
  readonly peers: number;
  readonly rounds: number;
  readonly dimension: number;
  readonly scheme: string;
  readonly outer: string;
  readonly tree: string;
  readonly maxBytesSentPerPeerPerRound: number;
  readonly meanBytesSentPerPeerPerRound: number;
  readonly denseAllToAllBytesPerPeerPerRound: number;
  /** Time from one commit at the root to the next with training that takes no time: down the tree and up again. Median over the rounds. */
  readonly criticalPathMilliseconds: number;
  readonly hashesEqual: boolean;
  /** Peers that left or crashed during the run; as many came. */
  readonly gone: number;
  /** Times that a newcomer found the room full and came again a round later: a crashed peer keeps its place until the next roster. */
  readonly refused: number;
  /** Fraction of the roster that was in the total, mean over the rounds. */
  readonly counted: number;
}

export interface SimulationOptions extends Partial<Pick<RunConfig, "aggregate" | "truncationResidual">> {
  readonly peers: number;
  readonly dimension: number;
  readonly scheme: string;
  readonly outer?: string;
  readonly tree: TopologyName;
  readonly rounds: number;
  readonly latencyMs: number;
  readonly bandwidthMbit: number;
  readonly seed: number;
  /** Fraction of the peers that are replaced after each round; half of them crash, the others leave. */
  readonly churn?: number;
  /** Size limit of the room; that of any room where absent. */
  readonly maxPeers?: number;
}

/** Options without an effect where there are no faults. */
const forFaults: readonly string[] = ["threads", "untilFailure", "trace"];
/** Options without an effect where there are. */
const withoutFaults: readonly string[] = [...["dimension", "density", "rounds", "latency", "bandwidth", "churn"]];
/** Pairs of options that exclude each other: both set the same thing, and one would be ignored. */
const either: readonly (readonly [string, string])[] = [
  ["density", "scheme"],
  ["seed", "seeds"],
  ["trace", "untilFailure"],
  ["trace", "threads"],
];

/** `copse simulate`: whole peers on virtual time. */
export function simulateCommand(): Command {
  const command = new Command("simulate")
    .description("run many peers in one process, on virtual time and the product's own protocol code")
    .option("--peers <n>", "how many peers; with faults a range, of which the seed draws (default: 16; with faults: 2..32)")
    .option("--dimension <d>", "parameters of the model", "10000")
    .option("--density <share>", "share of the parameters that travels: short for --scheme ef14(topk(…))")
    .option("--scheme <text>", "compression and error feedback (default: ef14(topk(1%)); with faults: drawn by the seed)")
    .option(
      "--aggregate <kind>",
      "how sparse sums are added: gtopk, exact, dense, allgather, auto, twopass, leader or countsketch (default: gtopk; with faults: drawn)",
    )
    .option(
      "--truncation-residual <rule>",
      "who keeps what gtopk rejects: in-network, or gmask as published (default: in-network; with faults: drawn)",
    )
    .option("--outer <text>", "what is done with the mean update (default: sgd(1); with faults: drawn)")
    .option("--tree <kind>", `${topologyNames.join(" or ")} (default: ${defaultConfig.tree}; with faults: drawn)`)
    .option("--rounds <n>", "how many rounds", "5")
    .option("--latency <ms>", "one way, on every link", "40")
    .option("--bandwidth <Mbit/s>", "of each peer and direction, shared by its links", "20")
    .option("--churn <share>", "of the peers, how many go after each round (half of them crash) and are replaced", "0")
    .option("--seed <n>", "same seed, same run", "1")
    .option("--seeds <a..b>", "with faults: a run for each of these seeds")
    .option("--faults <kinds>", "with faults: all, none, or kinds such as crash,link,restart")
    .option("--threads <n>", "with faults: how many runs at a time", "2")
    .option("--until-failure", "with faults: end with the first seed that fails")
    .option("--trace", "with faults, and one seed: every event")
    .option("--json", "print JSON lines instead of text");
  return command.action(async (typed: TypedOptions) => {
    try {
      refuseContradictions(command, asksForChaos(typed));
      if (asksForChaos(typed)) return await simulateChaos(typed);
      const summary = await simulate(simulationOptionsOf(typed));
      if (typed["json"] === true) printJson(summary);
      else print(textOf(summary).replace(/\n$/, ""));
      if (!summary.hashesEqual) process.exitCode = 1;
    } catch (error) {
      failWith(command, error);
    }
  });
}

/** @throws {UsageError} where an option was typed that would have no effect */
function refuseContradictions(command: Command, hasFaults: boolean): void {
  const isTyped = (name: string): boolean => command.getOptionValueSource(name) === "cli";
  const flag = (name: string): string => command.options.find((option) => option.attributeName() === name)!.long!;
  const pair = either.find(([one, other]) => isTyped(one) && isTyped(other));
  if (pair !== undefined) throw new UsageError(`${flag(pair[0])}: expected it without ${flag(pair[1])}, got both`);
  const stray = (hasFaults ? withoutFaults : forFaults).find(isTyped);
  if (stray === undefined) return;
  const why = hasFaults ? "no --seeds or --faults beside it, got one" : "--seeds or --faults beside it, got neither";
  throw new UsageError(`${flag(stray)}: expected ${why}`);
}

function simulationOptionsOf(typed: TypedOptions): SimulationOptions {
  const density = typed["density"] === undefined ? null : realNumber(typed["density"], "--density", { min: 1e-9, max: 1 });
  const { scheme, aggregate, truncationResidual, outer, tree, seed } = configOf({
    scheme: density === null ? typed["scheme"] : `ef14(topk(${+(100 * density).toPrecision(12)}%))`,
    aggregate: typed["aggregate"],
    truncationResidual: typed["truncationResidual"],
    outer: typed["outer"],
    tree: typed["tree"],
    seed: wholeNumber(typed["seed"], "--seed", { min: 0, max: 0xffffffff }),
  });
  return {
    scheme,
    aggregate,
    truncationResidual,
    outer,
    tree,
    seed,
    peers: wholeNumber(typed["peers"] ?? 16, "--peers", { min: 1, max: 4096 }),
    dimension: wholeNumber(typed["dimension"], "--dimension", { min: 1, max: 100_000_000 }),
    rounds: wholeNumber(typed["rounds"], "--rounds", { min: 2, max: 1_000_000 }),
    latencyMs: realNumber(typed["latency"], "--latency", { min: 0, max: 60_000 }),
    bandwidthMbit: realNumber(typed["bandwidth"], "--bandwidth", { min: 1e-6, max: 1e9 }),
    churn: realNumber(typed["churn"], "--churn", { min: 0, max: 0.5 }),
  };
}

/** Runs a simulation to its last round. @throws {Error} if the rounds do not get there */
export async function simulate(options: SimulationOptions): Promise<SimulationSummary> {
  const {
    peers,
    dimension,
    scheme,
    aggregate = "gtopk",
    truncationResidual = "in-network",
    outer = "sgd(1)",
    tree,
    rounds,
    latencyMs,
    bandwidthMbit,
    seed,
    churn: share = 0,
    maxPeers,
  } = options;
  const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
  const reports: RoundReport[] = [];
  const commitTimes = new Map<number, number>();
  let finished = 0;
  let counted = 0;
  const swarm = createSwarm({
    clock,
    hasher: await createHasher(),
    config: configOf({
      scheme,
      aggregate,
      truncationResidual,
      outer,
      tree,
      seed,
      rounds,
      startAt: peers,
      localSteps: 1,
      rate: 0.1,
    }),
    latencyMs,
    bandwidthBitsPerSecond: bandwidthMbit * 1e6,
    ...(maxPeers === undefined ? {} : { maxPeers }),
    createTrainer: async (config, seat) => createQuadraticTrainer({ dimension, seed: config.seed, seat, trainingMs: 0, clock }),
    report(peer, report) {
      if (report.type === "finished") finished += 1;
      if (report.type === "refused") churn.turnedAway(peer);
      if (report.type !== "round") return;
      reports.push(report);
      // The root is the first to commit a round.
      if (commitTimes.has(report.round)) return;
      commitTimes.set(report.round, clock.now());
      counted += report.contributors / report.members / rounds;
      if (share > 0 && report.round > 1 && report.round < rounds) clock.after(0, churn.turn);
    },
  });
  const first = swarm.add();
  const churn = createChurn(swarm, seeded(seed, "churn"), { share, spare: (peer) => peer === first });
  for (let i = 1; i < peers; i += 1) swarm.add();
  const hour = 3_600_000;
  // No peer is replaced after the last round.
  const isOver = (): boolean => finished === swarm.peers.size;
  if (!(await clock.run({ until: isOver, limitMs: rounds * hour }))) {
    throw new Error(`expected ${peers} peers to finish ${rounds} rounds, got ${finished} that did`);
  }
  for (const peer of swarm.peers.keys()) swarm.leave(peer);

  // The first round includes the bytes of opening the links.
  const settled = reports.filter(({ round }) => round > 1).map(({ bytesSent }) => bytesSent);
  const hashes = new Set(reports.map(({ round, hash }) => `${round} ${hash}`));
  const gaps = [...commitTimes].flatMap(([round, at]) => (round > 1 ? [at - commitTimes.get(round - 1)!] : []));
  return {
    type: "summary",
    peers,
    rounds,
    dimension,
    scheme,
    aggregate,
    truncationResidual,
    outer,
    tree,
    maxBytesSentPerPeerPerRound: settled.reduce((most, bytes) => Math.max(most, bytes), 0),
    meanBytesSentPerPeerPerRound: settled.reduce((sum, bytes) => sum + bytes, 0) / settled.length,
    denseAllToAllBytesPerPeerPerRound: 4 * dimension * (peers - 1),
    criticalPathMilliseconds: gaps.sort((a, b) => a - b)[gaps.length >> 1]!,
    hashesEqual: hashes.size === rounds && (share > 0 || reports.length === rounds * peers),
    gone: churn.gone,
    refused: churn.refused,
    counted,
  };
}

function textOf(summary: SimulationSummary): string {
  const { peers, rounds, scheme, tree, hashesEqual } = summary;
  const lines = [
    `${plural(peers, "peer")}, ${plural(rounds, "round")} of ${scheme} on the ${tree} tree`,
    `sent by a peer in a round: mean ${formatBytes(summary.meanBytesSentPerPeerPerRound)}, at most ${formatBytes(summary.maxBytesSentPerPeerPerRound)}`,
    `dense all-to-all would send ${formatBytes(summary.denseAllToAllBytesPerPeerPerRound)}`,
    `critical path of a round: ${formatMilliseconds(summary.criticalPathMilliseconds)}`,
    hashesEqual ? "all peers ended every round with the same model" : "PEERS DISAGREE",
    "",
  ];
  return inTerminal(lines.join("\n"));
}
