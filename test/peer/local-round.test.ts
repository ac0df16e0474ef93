import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { playLocalRound } from "../../shared/peer/local-round.ts";
import { defaultConfig } from "../../shared/run/config.ts";
import { createQuadraticTrainer } from "../../shared/simulation/lab/quadratic-trainer.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { placeOf } from "../../shared/tree/tree.ts";
import { clipNorm } from "../../shared/vector/clip-norm.ts";
import { allFinite } from "../../shared/vector/update.ts";

const dimension = 30;
const clock = createVirtualClock(async () => {});
const norm = (v: ArrayLike<number>): number => Math.sqrt(Array.from(v).reduce((sum, value) => sum + value * value, 0));

/** What one of n peers that has seen three samples gives to a sum. */
async function contribution(clip: number, members: number) {
  const trainer = createQuadraticTrainer({ dimension, seed: 1, seat: 0, trainingMs: 0, clock });
  const treePosition = { version: [1, 1], position: 0, members, place: placeOf("heap", 0, members), tree: "heap" } as const;
  const parameters = new Float32Array(dimension).fill(2);
  const { x, ...others } = await playLocalRound({
    config: { ...defaultConfig, clip, rate: 0.5 },
    scheme: schemeOf("none"),
    trainer: { ...trainer, localUpdate: async (options) => ({ ...(await trainer.localUpdate(options)), samples: 3 }) },
    clock,
    parameters,
    round: 1,
    treePosition,
  });
  if (!(x instanceof Float32Array)) throw new Error("expected an update on the CPU");
  return { x, ...others };
}

describe("local clipping", () => {
  it("keeps Δ within clip/√n before its weight, in its direction", async () => {
    const whole = await contribution(0, 9);
    const length = norm(whole.x) / whole.weight;
    for (const [members, clip] of [
      [1, length / 2],
      [9, length],
      [16, length / 100],
    ] as const) {
      const { x, weight } = await contribution(clip, members);
      expect(weight).toBe(3);
      expect(norm(x) / weight / (clip / Math.sqrt(members))).toBeCloseTo(1, 5);
      for (let j = 0; j < dimension; j += 1) expect(x[j]! / norm(x)).toBeCloseTo(whole.x[j]! / norm(whole.x), 5);
    }
  });

  it("leaves every bit of a Δ that is short enough, and is off at 0", async () => {
    const whole = await contribution(0, 4);
    const length = norm(whole.x) / whole.weight;
    expect((await contribution(2.01 * length, 4)).x).toEqual(whole.x);
    expect((await contribution(1.99 * length, 4)).x).not.toEqual(whole.x);
  });

  it("clips the largest numbers there are, and leaves what is no number to be refused", () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 1, noNaN: true, noDefaultInfinity: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (x, bound) => {
          clipNorm(x, bound);
          expect(norm(x)).toBeLessThanOrEqual(bound * (1 + 1e-6) + 1e-40);
        },
      ),
    );
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const x = Float32Array.of(1, odd);
      clipNorm(x, 1);
      expect(allFinite(x)).toBe(false);
    }
  });
});
