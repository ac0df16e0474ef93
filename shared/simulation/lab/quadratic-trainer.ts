import type { Clock } from "../../base/clock.ts";
import { layoutOf } from "../../base/layout.ts";
import { seeded } from "../../base/random.ts";
import type { Trainer } from "../../run/trainer.ts";

export interface QuadraticOptions {
  /** d. */
  readonly dimension: number;
  readonly seed: number;
  /** Which worker: each has an optimum of its own. */
  readonly seat: number;
  /** How long one local update takes on the clock given. */
  readonly trainingMs: number;
  readonly clock: Clock;
}

/**
 * A worker with a problem whose optimum is known: f_i(x) = ½ Σ_j h_j (x_j − b_ij)², curvatures h_j from 0.1 to 1 that all
 * workers share, optima b_ij = c_j + noise of their own. The mean of all f_i is least at the mean of the b_i. d floats, O(Hd).
 */
export function createQuadraticTrainer(options: QuadraticOptions): Trainer {
  const { dimension, seed, seat, trainingMs, clock } = options;
  const optimum = new Float32Array(dimension);
  const shared = seeded(seed, "optimum");
  const private_ = seeded(seed, "optimum", seat);
  for (let j = 0; j < dimension; j += 1) optimum[j] = shared.uniform() * 2 - 1 + (private_.uniform() - 0.5);
  const curvature = (j: number): number => 0.1 + (0.9 * j) / Math.max(dimension - 1, 1);
  let x: Float32Array = new Float32Array(dimension);

  const lossAt = (): number => {
    let sum = 0;
    for (let j = 0; j < dimension; j += 1) sum += 0.5 * curvature(j) * (x[j]! - optimum[j]!) ** 2;
    return sum / dimension;
  };
  const gradient = (): Float32Array => {
    const g = new Float32Array(dimension);
    for (let j = 0; j < dimension; j += 1) g[j] = curvature(j) * (x[j]! - optimum[j]!);
    return g;
  };
  const elapse = (): Promise<void> => new Promise((resolve) => void clock.after(trainingMs, resolve));

  return {
    layout: layoutOf([{ name: "x", shape: [dimension] }]),
    samples: 1,
    async load(parameters) {
      x = parameters.slice();
    },
    async localUpdate({ steps, rate, proximal = 0 }) {
      const start = x.slice();
      const loss = lossAt();
      for (let step = 0; step < steps; step += 1) {
        const g = gradient();
        if (proximal > 0) for (let j = 0; j < dimension; j += 1) g[j]! += proximal * (x[j]! - start[j]!);
        for (let j = 0; j < dimension; j += 1) x[j]! -= rate * g[j]!;
      }
      const delta = start;
      for (let j = 0; j < dimension; j += 1) delta[j]! -= x[j]!;
      if (trainingMs > 0) await elapse();
      return { delta, samples: 1, loss };
    },
    async gradientAt(parameters) {
      x = parameters.slice();
      return { loss: lossAt(), gradient: gradient() };
    },
    async evaluate() {
      return { sums: [lossAt(), 0], count: 1 };
    },
    dispose() {},
  };
}
