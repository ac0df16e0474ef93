import fc from "fast-check";
import { expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { optimizerOf } from "../../shared/optimizer/optimizer-of.ts";
import { optimizers } from "../../shared/optimizer/registry.ts";
import { rateFactor } from "../../shared/optimizer/schedule.ts";
import { denseUpdate, toDense } from "../../shared/vector/update.ts";

const layout = layoutOf([{ name: "kernel", shape: [4] }]);
const parameters = new Float32Array(4).fill(0.5);
const delta = denseUpdate(Float32Array.of(1, -2, 0.5, 0));

/** The step of each round by its text, all of the same update. */
function steps(text: string, rounds: number): Float32Array[] {
  const optimizer = optimizerOf(text);
  let slots = optimizer.init(4);
  return Array.from({ length: rounds }, (_, i) => {
    const next = optimizer.step(delta, slots, { round: i + 1, layout, parameters });
    slots = next.slots;
    return toDense(next.step);
  });
}

it("rises over W rounds in equal steps, comes down along half a cosine until round T, and stays at ρ", () => {
  const schedule = { warmup: 4, cosine: 104, least: 0.1 };
  const factors = Array.from({ length: 200 }, (_, i) => rateFactor(i + 1, schedule));
  expect(factors.slice(0, 4)).toEqual([0.25, 0.5, 0.75, 1]);
  for (let t = 5; t <= 104; t += 1)
    expect(factors[t - 1]).toBeCloseTo(0.1 + (0.9 * (1 + Math.cos((Math.PI * (t - 4)) / 100))) / 2, 12);
  expect(factors.slice(103).every((factor) => factor === 0.1)).toBe(true);
});

it("is between ρ and 1 after the warm-up, and never rises there", () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (warmup, length, least) => {
        const schedule = { warmup, cosine: warmup + length, least };
        let before = 1;
        for (let t = Math.max(1, warmup); t <= warmup + length + 3; t += 1) {
          const factor = rateFactor(t, schedule);
          expect(factor).toBeGreaterThanOrEqual(Math.min(least, before) - 1e-15);
          expect(factor).toBeLessThanOrEqual(before + 1e-15);
          before = factor;
        }
      },
    ),
  );
});

it.each(optimizers.map(({ name, example }) => [name, example]))(
  "%s's step is scaled by it, and its memory is not",
  (name, example) => {
    const usual = steps(example, 30);
    const text = `${example.slice(0, -1)}, warmup=5, cosine=25, least=0.1)`;
    for (const [i, step] of steps(text, 30).entries()) {
      const factor = rateFactor(i + 1, { warmup: 5, cosine: 25, least: 0.1 });
      expect([...step], `${name}, round ${i + 1}`).toEqual([...usual[i]!].map((value) => Math.fround(value * factor)));
    }
  },
);
