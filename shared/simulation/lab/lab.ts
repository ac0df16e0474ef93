import type { Hasher } from "../../base/hash.ts";
import { layoutOf } from "../../base/layout.ts";
import { WireError } from "../../base/wire-error.ts";
import type { Scheme } from "../../compress/types.ts";
import type { Decision } from "../../reduce/all-reduce-types.ts";
import { commit, firstReplica } from "../../replica/replica.ts";
import type { TopologyName } from "../../tree/topologies.ts";
import { allFinite } from "../../vector/update.ts";
import { LocalAllReduce } from "./local-all-reduce.ts";
import { meanGradient, normSquared, type Problem } from "./problem.ts";

export interface LabOptions {
  readonly scheme: Scheme;
  readonly tree: TopologyName;
  readonly seed: number;
  /** γ: Δ_i = γ∇f_i(x). */
  readonly rate: number;
  readonly hasher: Hasher;
}

/** Where the run stands after exactly `round` applied updates. */
export interface LabReport {
  readonly type: "report";
  readonly round: number;
  /** F(x). */
  readonly objective: number;
  /** ‖∇F(x)‖². */
  readonly gradientNormSquared: number;
  /** Messages as encoded, without frames: mean over workers and over the rounds so far. */
  readonly bytesPerWorker: number;
}

/** A scheme at a rate that it does not bear. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
  readonly round: number;

  constructor(round: number, what: string) {
    super(`diverged at round ${round}: expected ${what} that is finite in float32, got one that is not; lower the rate`);
    this.round = round;
  }
}

export interface Lab {
  /** One more round. @throws {DivergedError} at the first round after which F is not finite in float32, or where a γ∇f_i or a summand is not */
  step(): void;
  report(): LabReport;
}

/** P workers in one process, each with its f_i, on the product's own compression, sums, wire format and commit. */
export function createLab(problem: Problem, { scheme, tree, seed, rate, hasher }: LabOptions): Lab {
  const { shape, workers } = problem;
  const layout = layoutOf([{ name: "x", shape }]);
  const allReduce = new LocalAllReduce(scheme, layout, workers, tree, seed);
  let replica = firstReplica(scheme, layout, problem.start.slice(), hasher);
  allReduce.parameters = replica.parameters;
  let bytes = 0;
  const gradientAt = (worker: number, at: Float32Array): Float32Array => Float32Array.from(problem.gradient(worker, at));
  return {
    step() {
      const round = replica.tip.round + 1;
      const updates = Array.from({ length: workers }, (_, worker) => scaled(problem.gradient(worker, replica.parameters), rate));
      if (!updates.every(allFinite)) throw new DivergedError(round, "a worker's rate × gradient");
      const decision = summed(round, () => allReduce.sum(updates, undefined, gradientAt));
      replica = commit(replica, decision, { scheme, hasher, layout, contextOf: allReduce.contextOf(0) });
      allReduce.open(replica.tip, replica.replicated);
      bytes += allReduce.bytes;
      if (!Number.isFinite(Math.fround(problem.value(replica.parameters)))) throw new DivergedError(round, "an objective");
    },
    report: () => ({
      type: "report",
      round: replica.tip.round,
      objective: problem.value(replica.parameters),
      gradientNormSquared: normSquared(meanGradient(problem, replica.parameters)),
      bytesPerWorker: replica.tip.round === 0 ? 0 : bytes / workers / replica.tip.round,
    }),
  };
}

/** The sum of a round. What is not finite does not go over the wire: a residual that overflowed shows there first. */
function summed(round: number, sum: () => Decision): Decision {
  try {
    return sum();
  } catch (error) {
    throw error instanceof WireError ? new DivergedError(round, "a summand") : error;
  }
}

/** factor · v, rounded to float32 once. */
function scaled(v: Float64Array, factor: number): Float32Array {
  const result = new Float32Array(v.length);
  for (let j = 0; j < v.length; j += 1) result[j] = factor * v[j]!;
  return result;
}
