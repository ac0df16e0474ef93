import { chart, type Line } from "../cli/support/chart.ts";
import { aggregated } from "../shared/compress/aggregated.ts";
import { schemeOf } from "../shared/compress/text/scheme-of.ts";
import type { Scheme } from "../shared/compress/types.ts";
import { noisyDescent } from "../shared/simulation/lab/noisy-descent.ts";
import { loadProblem, titleOf } from "./problems.ts";
import { circumstances, writeLines, writeResult } from "./results.ts";

/**
 * gTop-k's convergence (Shi et al. 2019): four peers, noisy gradients, α = θ/√T. The mean of ‖∇F‖² over the T rounds should fall
 * as 1/√T whatever k; and the loss of a sum, ‖Σp − total‖², should stay below (1 − k/d)‖Σp‖².
 */
const problem = loadProblem("four");
const density = 0.1;
const lengths = [100, 200, 400, 800, 1600];
const seeds = [1, 2];
const [theta, noise] = [1, 1];
/** T of the run whose losses are drawn round by round. */
const followed = 400;

const gtopk = schemeOf("ef14(topk(10%))");
const modes: readonly { readonly name: string; readonly scheme: Scheme; readonly color: string }[] = [
  { name: "dense", scheme: schemeOf("none"), color: "#222222" },
  { name: "in-network", scheme: gtopk, color: "#3366bb" },
  { name: "gmask", scheme: aggregated(gtopk, { aggregate: "gtopk", truncationResidual: "gmask" }), color: "#dd7711" },
];

const lines: object[] = [];
const falling: Line[] = [];
const losing: Line[] = [];
for (const { name, scheme, color } of modes) {
  const points: (readonly [number, number])[] = [];
  for (const rounds of lengths) {
    let mean = 0;
    const ratios: number[] = [];
    for (const seed of seeds) {
      const run = follow(scheme, rounds, seed);
      mean += run.mean / seeds.length;
      ratios.push(...run.ratios);
    }
    points.push([rounds, mean]);
    const isFollowed = rounds === followed && name !== "dense";
    if (isFollowed) losing.push({ name, color, points: ratios.slice(0, rounds).map((ratio, i) => [i + 1, ratio] as const) });
    const quarter = points.find(([length]) => length === rounds / 4)?.[1];
    const line = {
      type: "gtopk",
      truncationResidual: name,
      peers: problem.workers,
      density,
      noise,
      rounds,
      rate: theta / Math.sqrt(rounds),
      seeds: seeds.length,
      gradientSquared: short(mean),
      fellFromQuarter: quarter === undefined ? null : short(quarter / mean),
      lossMean: short(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length),
      lossMost: short(Math.max(...ratios)),
      ...circumstances,
      ...(isFollowed ? { losses: ratios.slice(0, rounds).map(short) } : {}),
    };
    process.stdout.write(`${JSON.stringify({ ...line, losses: undefined })}\n`);
    lines.push(line);
  }
  falling.push({ name, color, points });
}
const [first, last] = [lengths[0]!, lengths.at(-1)!];
const top = falling[0]!.points[0]![1];
const guide = [first, last].map((rounds) => [rounds, top * Math.sqrt(first / rounds)] as const);
falling.push({ name: "∝ 1/√T", color: "#999999", stroke: "dashed", points: guide });
const whole = [1, followed].map((round) => [round, 1] as const);
losing.push({ name: "as assumed: at most 1", color: "#999999", stroke: "dashed", points: whole });

writeLines("gtopk.ndjson", lines);
writeResult(
  "gtopk.svg",
  chart(
    [
      { title: "mean of ‖∇F‖² over T rounds, α = 1/√T", lines: falling },
      {
        title: `what a round's sum lost, T = ${followed}`,
        lines: losing,
        x: { title: "round", scale: "linear", max: followed },
        y: { title: "‖Σp − total‖² / (1 − k/d)‖Σp‖²", scale: "linear", min: 0 },
      },
    ],
    {
      title: `gTop-k, k = d/10: ${titleOf("four")}, noisy gradients`,
      x: { title: "T, rounds", scale: "log", min: first, max: last },
      y: { title: "mean ‖∇F‖²", scale: "log", min: 0.1, max: 1 },
    },
  ),
);

/** The mean of ‖∇F‖², and for each round ‖Σp − total‖²/((1 − k/d)‖Σp‖²). */
function follow(scheme: Scheme, rounds: number, seed: number): { readonly mean: number; readonly ratios: number[] } {
  const path = noisyDescent(problem, scheme, { rate: theta / Math.sqrt(rounds), noise, seed });
  const ratios: number[] = [];
  let mean = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { gradientSquared, lost } = path.next().value;
    mean += gradientSquared / rounds;
    ratios.push(lost / (1 - density));
  }
  return { mean, ratios };
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}
