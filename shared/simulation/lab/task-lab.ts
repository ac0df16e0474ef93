import type { Hash, Hasher } from "../../base/hash.ts";
import { WireError } from "../../base/wire-error.ts";
import { askedGradient } from "../../peer/asked-gradient.ts";
import { trainRound } from "../../peer/local-round.ts";
import type { Decision } from "../../reduce/all-reduce-types.ts";
import { commit, firstReplica } from "../../replica/replica.ts";
import type { RunConfig } from "../../run/config.ts";
import { initialParameters } from "../../run/initial-parameters.ts";
import { runScheme } from "../../run/run-scheme.ts";
import type { Evaluation, Trainer } from "../../run/trainer.ts";
import { DivergedError } from "./lab.ts";
import { LocalAllReduce } from "./local-all-reduce.ts";

export interface TaskLabOptions {
  readonly config: RunConfig;
  /** One a worker, in the order of their seats. */
  readonly trainers: readonly Trainer[];
  readonly hasher: Hasher;
}

/** What a run has cost and come to, after `round` applied updates. Numbers of a worker are means. */
export interface TaskLabReport {
  readonly round: number;
  /** Samples whose gradients a worker has computed, those that its scheme asked for included. */
  readonly gradients: number;
  /** Bytes that a worker has sent, messages as encoded, without frames. */
  readonly bytes: number;
  /** The same on the wire over WebRTC, about. */
  readonly wireBytes: number;
  /** Σ over rounds of `LocalAllReduce.pathBytes`. */
  readonly pathBytes: number;
  /** Mean loss of the local steps of the last round; null before the first. */
  readonly trainingLoss: number | null;
}

export interface TaskLab {
  /** One more round. @throws {DivergedError} (as a rejection) where an update or a summand is not finite */
  step(): Promise<void>;
  /** The committed model on the whole held-out set of the first worker. */
  test(): Promise<Evaluation>;
  report(): TaskLabReport;
  /** Hash of the chain: equal hashes, equal runs. */
  readonly hash: Hash;
}

/** P workers with their trainers in one process, on the product's own compression, sums, wire format and commit; no faults, no time. */
export function createTaskLab({ config, trainers, hasher }: TaskLabOptions): TaskLab {
  const scheme = runScheme(config);
  const workers = trainers.length;
  const [first] = trainers as [Trainer, ...Trainer[]];
  const { layout } = first;
  const allReduce = new LocalAllReduce(scheme, layout, workers, config.tree, config.seed);
  let replica = firstReplica(scheme, layout, initialParameters(layout, config.seed), hasher);
  allReduce.parameters = replica.parameters;
  let [gradients, bytes, wireBytes, pathBytes] = [0, 0, 0, 0];
  let trainingLoss: number | null = null;

  const trained = async (trainer: Trainer, round: number) => {
    await trainer.load(replica.parameters);
    return trainRound({ config, scheme, trainer, round, members: workers }).catch((cause: unknown) => {
      throw cause instanceof RangeError ? new DivergedError(round, "an update") : cause;
    });
  };
  const summed = async (round: number): Promise<Decision> => {
    const contributions = [];
    for (const trainer of trainers) contributions.push(await trained(trainer, round));
    gradients += contributions.reduce((sum, { metrics }) => sum + metrics.samples, 0);
    return allReduce.sumOf(contributions, ({ peer, ask }) => {
      const trainer = trainers[peer]!;
      gradients += Math.min(config.batch, trainer.samples);
      return askedGradient(ask, { trainer, config, seat: peer, round, parameters: replica.parameters });
    });
  };

  return {
    async step() {
      const round = replica.tip.round + 1;
      const decision = await summed(round).catch((cause: unknown) => {
        throw cause instanceof WireError ? new DivergedError(round, "a summand") : cause;
      });
      const { metrics } = decision.part;
      trainingLoss = metrics.trainingLoss / metrics.samples;
      replica = commit(replica, decision, { scheme, hasher, layout, contextOf: allReduce.contextOf(0) });
      allReduce.parameters = replica.parameters;
      allReduce.open(replica.tip, replica.replicated);
      bytes += allReduce.bytes;
      wireBytes += allReduce.wireBytes;
      pathBytes += allReduce.pathBytes;
    },
    async test() {
      await first.load(replica.parameters);
      return first.evaluate({ part: 0, of: 1 });
    },
    report: () => ({
      round: replica.tip.round,
      gradients: gradients / workers,
      bytes: bytes / workers,
      wireBytes: wireBytes / workers,
      pathBytes,
      trainingLoss,
    }),
    get hash() {
      return replica.tip.hash;
    },
  };
}
