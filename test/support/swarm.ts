import { createHasher } from "../../shared/base/hash.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import { defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import type { PeerReport, RoundReport } from "../../shared/run/report.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createSwarm } from "../../shared/simulation/network/swarm.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";

const hasher = await createHasher();
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface SwarmTestOptions {
  /** One way, on every link and to the server; 20 where absent. */
  readonly latencyMs?: number;
  readonly trainingMs?: (seat: number) => number;
  /** Changes a trainer, e.g. so that it fails. */
  readonly wrap?: (trainer: Trainer, seat: number) => Trainer<Delta>;
  /** Waits until what an event began has come to rest, where that takes more than a turn of the event loop. */
  readonly settle?: () => Promise<void>;
}

/** A swarm on quadratics, with everything its peers reported. */
export function swarmOf(count: number, overrides: Partial<RunConfig> = {}, options: SwarmTestOptions = {}) {
  const clock = createVirtualClock(options.settle ?? nextTurn);
  const wrap = options.wrap ?? ((trainer: Trainer) => trainer);
  const config = { ...defaultConfig, startAt: count, rate: 0.1, localSteps: 1, scheme: "ef14(topk(10%))", ...overrides };
  const reports: { peer: PeerId; report: PeerReport }[] = [];
  const swarm = createSwarm({
    clock,
    hasher,
    config,
    latencyMs: options.latencyMs ?? 20,
    bandwidthBitsPerSecond: 20e6,
    createTrainer: async ({ seed }, seat) =>
      wrap(createQuadraticTrainer({ dimension: 200, seed, seat, trainingMs: options.trainingMs?.(seat) ?? 100, clock }), seat),
    report: (peer, report) => void reports.push({ peer, report }),
  });
  const ids = Array.from({ length: count }, () => swarm.add());
  const roundsOf = (peer: PeerId): RoundReport[] =>
    reports.flatMap(({ peer: by, report }) => (by === peer && report.type === "round" ? [report] : []));
  const reached = (round: number, peers: readonly PeerId[]) => () =>
    peers.every((peer) => (roundsOf(peer).at(-1)?.round ?? 0) >= round);
  const run = (until: () => boolean): Promise<boolean> => clock.run({ until, limitMs: 300_000 });
  return { clock, swarm, ids, reports, roundsOf, reached, run };
}

/** For each round, the different hashes that peers committed it with. */
export function hashesByRound(rounds: readonly RoundReport[]): Map<number, Set<string>> {
  const hashes = new Map<number, Set<string>>();
  for (const { round, hash } of rounds) hashes.set(round, (hashes.get(round) ?? new Set()).add(hash));
  return hashes;
}

/** The place a peer was last given; null for an observer. */
export function positionOf(reports: readonly { peer: PeerId; report: PeerReport }[], peer: PeerId): number | null {
  const last = reports.findLast(({ peer: by, report }) => by === peer && report.type === "roster");
  return last?.report.type === "roster" ? last.report.position : null;
}
