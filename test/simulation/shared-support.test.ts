import { expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import type { Aggregate } from "../../shared/compress/aggregates.ts";
import { runScheme } from "../../shared/run/run-scheme.ts";
import { playChaos } from "../../shared/simulation/chaos/chaos.ts";
import { failureText } from "../../shared/simulation/chaos/chaos-summary.ts";
import type { DrawnRun } from "../../shared/simulation/chaos/draw-run.ts";
import { faults } from "../../shared/simulation/chaos/faults/registry.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { descent, sixteenWorkers, valuesAfter } from "../support/quadratics.ts";

const problem = sixteenWorkers();

/** F − F* after 400 rounds at γ = 0.05 with 2 % of the coordinates. */
function gapOf(feedback: string, aggregate: Aggregate): number {
  const scheme = runScheme({ scheme: `${feedback}(topk(2%))`, outer: "sgd(1)", aggregate });
  return valuesAfter([400], descent(problem, scheme, 0.05), problem.value)[0]! - problem.optimum;
}

/** Rounds of sixteen peers take seconds. */
const limitMs = 120_000;

it.each([
  ["ef14", "gtopk", 0.1, 1],
  ["ef14", "twopass", 0, 0.03],
  ["ef14", "leader", 0, 0.05],
  ["ef14", "countsketch", 0, 0.001],
  ["ef21", "gtopk", 1e-6, 1e-3],
  ["ef21", "twopass", 0, 1e-7],
] as const)(
  "sixteen workers that differ come near to their optimum by one support for all, not by gTop-k: %s, %s, F − F* from %d to %d",
  (feedback, aggregate, least, most) => {
    const gap = gapOf(feedback, aggregate);
    const said = `F − F* = ${gap.toExponential(2)}`;
    expect(gap, said).toBeGreaterThan(least - 1e-9);
    expect(gap, said).toBeLessThan(most);
  },
  limitMs,
);

const hasher = await createHasher();
const play = (seed: number, run: Partial<DrawnRun>) =>
  playChaos({
    seed,
    peers: { min: 2, max: 7 },
    run,
    faults,
    clock: createVirtualClock(() => new Promise((resolve) => setImmediate(resolve))),
    hasher,
  });

it.each([
  ["twopass", "ef14(topk(10%))", 1],
  ["twopass", "ef14(topk(20%) | twolevel)", 2],
  ["twopass", "ef21(topk(10%, tensor=1))", 3],
  ["leader", "ef14(topk(10%))", 4],
  ["leader", "ef21(topk(10%) | block4)", 5],
  ["countsketch", "ef14(topk(10%) | twolevel)", 6],
  ["countsketch", "econtrol(topk(10%))", 7],
] as const)("whole peers under seeded faults keep every promise by %s of %s (seed %i)", async (aggregate, scheme, seed) => {
  expect(failureText(await play(seed, { aggregate, scheme }))).toBe("");
});
