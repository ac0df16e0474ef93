import { layoutOf } from "../../base/layout.ts";
import { seeded } from "../../base/random.ts";
import type { Scheme } from "../../compress/types.ts";
import { addInto, toDense } from "../../vector/update.ts";
import { LocalAllReduce } from "./local-all-reduce.ts";
import { normSquared, type Problem } from "./problem.ts";

interface NoisyOptions {
  /** α. */
  readonly rate: number;
  /** σ: each coordinate of each peer's gradient is off by σ times a standard normal. */
  readonly noise: number;
  readonly seed: number;
}

/** One round, seen from where it started. */
export interface NoisyRound {
  /** ‖∇F(x)‖². */
  readonly gradientSquared: number;
  /** ‖Σ p_i − total‖² / ‖Σ p_i‖², p_i being what peer i compresses: its residual and its update. 0 where Σ p_i is. */
  readonly lost: number;
}

/**
 * Stochastic gradient descent by a scheme over the heap tree, x ← x − estimate: F's workers see their gradients through noise,
 * as a minibatch would show them. For schemes whose residual, if any, is in the slot `residual` and does not fade.
 */
export function* noisyDescent(
  problem: Problem,
  scheme: Scheme,
  { rate, noise, seed }: NoisyOptions,
): Generator<NoisyRound, never> {
  const { dimension: d, workers, shape } = problem;
  const allReduce = new LocalAllReduce(scheme, layoutOf([{ name: "x", shape }]), workers, "heap", seed);
  const rng = seeded(seed, "noise");
  const x = problem.start.slice();
  allReduce.parameters = x;
  for (;;) {
    const wanted = new Float64Array(d);
    const mean = new Float64Array(d);
    const updates = Array.from({ length: workers }, (_, worker) => {
      const gradient = problem.gradient(worker, x);
      const update = new Float32Array(d);
      const residual = allReduce.local[worker]!["residual"];
      for (let j = 0; j < d; j += 1) {
        mean[j]! += gradient[j]! / workers;
        update[j] = rate * (gradient[j]! + noise * rng.normal());
        wanted[j]! += update[j]! + (residual instanceof Float32Array ? residual[j]! : 0);
      }
      return update;
    });
    const estimate = allReduce.round(updates);
    const all = normSquared(wanted);
    const dense = toDense(estimate);
    for (let j = 0; j < d; j += 1) wanted[j]! -= workers * dense[j]!;
    yield { gradientSquared: normSquared(mean), lost: all === 0 ? 0 : normSquared(wanted) / all };
    addInto(x, estimate, -1);
  }
}
