import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalOptions } from "../../shared/run/trainer.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const dimension = 12;
const clock = createVirtualClock(async () => {});
/** h_j, as the trainer's page says. */
const curvature = (j: number): number => 0.1 + (0.9 * j) / (dimension - 1);

/** Δ of one peer from x_start = 1, and its gradient there. */
async function trained(seat: number, options: Pick<LocalOptions, "steps" | "rate" | "proximal">) {
  const trainer = createQuadraticTrainer({ dimension, seed: 3, seat, trainingMs: 0, clock });
  const start = new Float32Array(dimension).fill(1);
  const { gradient } = await trainer.gradientAt(start, new Uint32Array(0));
  await trainer.load(start);
  const { delta } = await trainer.localUpdate({ round: 1, batch: 1, ...options });
  return { delta, gradient };
}

const norm = (v: ArrayLike<number>): number => Math.sqrt(Array.from(v).reduce((sum, value) => sum + value * value, 0));

describe("local steps with a proximal term", () => {
  const shape = fc.record({
    seat: fc.nat(20),
    steps: fc.integer({ min: 1, max: 60 }),
    rate: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    /** γμ. */
    pull: fc.double({ min: 0, max: 0.9, noNaN: true }),
  });

  it("come to Δ = γ∇f(x₀)(1 − qᴴ)/(1 − q) with q = 1 − γ(h + μ)", async () => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ seat, steps, rate, pull }) => {
        const { delta, gradient } = await trained(seat, { steps, rate, proximal: pull / rate });
        const expected = Array.from(gradient, (slope, j) => {
          const q = 1 - rate * curvature(j) - pull;
          return (rate * slope * (1 - q ** steps)) / (1 - q);
        });
        expect(norm(delta.map((value, j) => value - expected[j]!))).toBeLessThan(1e-4 * norm(expected));
      }),
    );
  });

  it("are the same bits as without one where μ = 0", async () => {
    const options = { steps: 40, rate: 0.3 };
    const [without, zero] = [await trained(1, options), await trained(1, { ...options, proximal: 0 })];
    expect(new Uint32Array(zero.delta.buffer)).toEqual(new Uint32Array(without.delta.buffer));
  });

  it("at γμ = 1 come to about one step, however many there are", async () => {
    const rate = 0.05;
    const { delta, gradient } = await trained(2, { steps: 500, rate, proximal: 1 / rate });
    for (let j = 0; j < dimension; j += 1) {
      const one = rate * gradient[j]!;
      expect(Math.abs(delta[j]! - one)).toBeLessThanOrEqual(rate * curvature(j) * Math.abs(one) + 1e-6);
    }
  });

  it("go no farther than ‖∇f(x₀)‖/μ, and peers with different data drift less apart the larger μ is", async () => {
    const apart: number[] = [];
    for (const proximal of [0, 0.1, 0.5, 2]) {
      const peers = await Promise.all([0, 1, 2, 3, 4].map((seat) => trained(seat, { steps: 300, rate: 0.3, proximal })));
      for (const { delta, gradient } of peers)
        if (proximal > 0) expect(norm(delta)).toBeLessThanOrEqual((norm(gradient) / proximal) * (1 + 1e-5));
      const mean = peers[0]!.delta.map((_, j) => peers.reduce((sum, { delta }) => sum + delta[j]! / peers.length, 0));
      apart.push(peers.reduce((sum, { delta }) => sum + norm(delta.map((value, j) => value - mean[j]!)) ** 2, 0));
    }
    for (let i = 1; i < apart.length; i += 1) expect(apart[i]!).toBeLessThan(apart[i - 1]! * 0.9);
  });
});
