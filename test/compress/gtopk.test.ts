import { expect, it } from "vitest";
import { aggregated } from "../../shared/compress/aggregated.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import type { Scheme } from "../../shared/compress/types.ts";
import { noisyDescent } from "../../shared/simulation/lab/noisy-descent.ts";
import { parseQuadratic } from "../../shared/simulation/lab/quadratic-problem.ts";
import { quadraticFile } from "../support/quadratic-file.ts";
import { problemC } from "../support/quadratics.ts";

/** Four of problem C's workers, d = 30: on a heap tree of four, two peers merge. */
const { start, gradients, value } = problemC();
const problem = parseQuadratic(quadraticFile({ start, value, gradients: gradients.slice(0, 4) }), "four");
const [k, d] = [6, 30];

const gtopk = schemeOf(`ef14(topk(${k}))`);
const modes: readonly (readonly [string, Scheme])[] = [
  ["dense sums", schemeOf("none")],
  ["gTop-k with the in-network residual", gtopk],
  ["gTop-k with the residual as published", aggregated(gtopk, { aggregate: "gtopk", truncationResidual: "gmask" })],
];

/** Means over T rounds at α = 1/√T and over two seeds. */
function means(scheme: Scheme, rounds: number): { readonly gradientSquared: number; readonly lost: number } {
  const sums = { gradientSquared: 0, lost: 0 };
  for (const seed of [1, 2]) {
    const path = noisyDescent(problem, scheme, { rate: 1 / Math.sqrt(rounds), noise: 1, seed });
    for (let round = 0; round < rounds; round += 1) {
      const { gradientSquared, lost } = path.next().value;
      sums.gradientSquared += gradientSquared / rounds / 2;
      sums.lost += lost / rounds / 2;
    }
  }
  return sums;
}

it.each(modes)(
  "four peers with noisy gradients and α ∝ 1/√T, %s: four times the rounds halve the mean of ‖∇F‖²",
  (_name, scheme) => {
    const [short, long] = [100, 400].map((rounds) => means(scheme, rounds).gradientSquared);
    expect(Math.abs(short! / long! - 2)).toBeLessThan(0.25);
  },
);

it.each(modes.slice(1))("%s keeps what the theory assumes in the mean: ‖Σp − total‖² ≤ (1 − k/d)‖Σp‖²", (_name, scheme) => {
  const { lost } = means(scheme, 200);
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThan(1 - k / d);
});
