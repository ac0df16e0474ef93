import type { Clock } from "../base/clock.ts";
import type { Layout } from "../base/layout.ts";
import type { Scheme } from "../compress/types.ts";
import type { Contribution, TreePosition } from "../reduce/all-reduce-types.ts";
import type { RunConfig } from "../run/config.ts";
import type { Trainer } from "../run/trainer.ts";
import { maxSums, noMetrics } from "../sum/part.ts";
import { clipNorm } from "../vector/clip-norm.ts";
import type { Delta } from "../vector/device-vector.ts";
import { allFinite } from "../vector/update.ts";
import { maxPerContributor } from "../wire/part-code.ts";

export interface LocalRound {
  readonly config: RunConfig;
  readonly scheme: Scheme;
  readonly trainer: Trainer<Delta>;
  readonly clock: Clock;
  /** The committed model: where this round starts. */
  readonly parameters: Float32Array;
  readonly round: number;
  readonly treePosition: TreePosition;
}

/**
 * A peer's own work in a round: it tests the committed model on its slice of the held-out set, trains from it for H steps, clips
 * Δ to the norm clip/√n (Lin et al. 2018, Deep Gradient Compression: so that the sum of n independent ones is about as long as
 * one was allowed to be), and scales it by its weight.
 * @throws {RangeError} (as a rejection) if Δ is not finite, or if there are more metrics than a message carries: nobody would take it
 */
export async function playLocalRound(options: LocalRound): Promise<Contribution> {
  const { config, scheme, trainer, clock, parameters, round, treePosition } = options;
  const startedMs = clock.now();
  await trainer.load(parameters);
  const test = await trainer.evaluate({ part: treePosition.position, of: treePosition.members, isBrief: true });
  if (test.sums.length > maxSums) throw new RangeError(`expected at most ${maxSums} metrics, got ${test.sums.length}`);
  const trained = await trainRound({ config, scheme, trainer, round, members: treePosition.members });
  const metrics = {
    ...trained.metrics,
    tested: test.count,
    sums: test.sums.map(bounded),
    trainingMs: Math.round(clock.now() - startedMs),
  };
  return { ...trained, metrics };
}

/** What training takes beside the model that is loaded. */
interface TrainedRound extends Pick<LocalRound, "config" | "scheme" | "trainer" | "round"> {
  /** n: members that sum this round. */
  readonly members: number;
}

/**
 * H local steps from the loaded model; Δ clipped, and scaled by its weight. Without tests: none of the metrics but training's.
 * @throws {RangeError} (as a rejection) if Δ or the statistics are not finite
 */
export async function trainRound({ config, scheme, trainer, round, members }: TrainedRound): Promise<Contribution> {
  const { localSteps: steps, batch, rate, proximal, clip } = config;
  const { delta, samples, loss, statistics } = await trainer.localUpdate({ round, steps, batch, rate, proximal });
  if (clip > 0) clipNorm(hostOnly(delta), clip / Math.sqrt(members));
  const weight = scheme.weighting === "samples" ? samples : 1;
  const x = await weighted(delta, weight);
  const metrics = { ...noMetrics, trainingLoss: bounded(loss * samples), samples };
  return { x, weight, metrics, ...weightedStatistics(trainer.layout, samples, statistics) };
}

/**
 * Samples · statistics, in float32.
 * @throws {RangeError} if they are not finite, or not as many as the layout has
 */
function weightedStatistics(
  { statistics: count = 0 }: Layout,
  samples: number,
  statistics: Float32Array = new Float32Array(0),
): Pick<Contribution, "statistics"> {
  if (statistics.length !== count) throw new RangeError(`expected ${count} statistics, got ${statistics.length}`);
  if (count === 0) return {};
  const sums = statistics.map((value) => samples * value);
  if (!allFinite(sums)) throw new RangeError("expected finite statistics, got some that are not");
  return { statistics: sums };
}

/** Norms are taken on the CPU: a run that clips holds no update on a device. */
function hostOnly(delta: Delta): Float32Array {
  if (delta instanceof Float32Array) return delta;
  throw new Error("expected an update on the CPU where updates are clipped, got one held by a device");
}

/** weight · Δ, in the place of Δ. */
async function weighted(delta: Delta, weight: number): Promise<Delta> {
  if (!(delta instanceof Float32Array)) return delta.scaled(weight);
  for (let i = 0; i < delta.length; i += 1) delta[i]! *= weight;
  if (!allFinite(delta)) throw new RangeError("expected a finite update, got one that overflows");
  return delta;
}

/** In float32. A metric that is not a number, or beyond what a part may carry, counts as the largest that may. */
function bounded(sum: number): number {
  return sum < maxPerContributor ? Math.fround(Math.max(sum, -maxPerContributor)) : maxPerContributor;
}
