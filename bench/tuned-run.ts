import { layoutOf } from "../shared/base/layout.ts";
import { schemeOf } from "../shared/compress/text/scheme-of.ts";
import { LocalAllReduce } from "../shared/simulation/lab/local-all-reduce.ts";
import type { Problem } from "../shared/simulation/lab/problem.ts";
import { addInto, allFinite } from "../shared/vector/update.ts";
import type { ProblemName } from "./problems.ts";
import { walk } from "./walk.ts";

/** A scheme on a problem. η in its text stands for a step that is tuned, too. */
export interface Job {
  readonly problem: ProblemName;
  readonly scheme: string;
  readonly rounds: number;
}

/** A round, F − F* after it, and the bytes that a worker has sent since the start. */
export type Point = readonly [round: number, gap: number, bytes: number];

/** The run of a scheme at its best steps. */
export interface TunedRun extends Job {
  readonly workers: number;
  readonly dimension: number;
  /** γ. */
  readonly rate: number;
  /** η; null if the scheme has none. */
  readonly step: number | null;
  /** Points after the rounds that were evaluated. */
  readonly curve: readonly Point[];
  /** Gradients that a worker computed per round, on average: 1 and those that the scheme asked for. */
  readonly gradients: number;
  /** [rate, step, gap at the end; null if it diverged], ascending. */
  readonly trials: readonly (readonly [rate: number, step: number | null, gap: number | null])[];
}

interface Setting {
  readonly rate: number;
  readonly step: number | null;
}

/** Ratio of neighboring rates; that of neighboring η is 10. */
const ratio = 2;
/** Exponents at which the search may begin; a run with a tenth of the rounds orders them. */
const firstRates = [-4, -2, 0, 2, 4];
const firstSteps = [-2, 0, 2];
const firstLook = 0.1;

/**
 * The run at the rate, and the η, with the smallest final gap. Gaps jump from round to round as supports do, so the final gap is
 * the mean over the last tenth of the rounds.
 */
export function tunedRun(job: Job, problem: Problem, optimum: number): TunedRun {
  const hasStep = job.scheme.includes("η");
  const settingOf = ([rate, step]: readonly number[]): Setting => ({
    rate: ratio ** rate!,
    step: hasStep ? Number(`1e${step}`) : null,
  });
  const descents = new Map<string, Descent>();
  const glance = (start: readonly number[]): number =>
    descend({ ...job, rounds: Math.ceil(job.rounds * firstLook) }, settingOf(start), { problem, optimum }).gap;
  const gapOf = (exponents: readonly number[]): number => {
    const key = exponents.join();
    const descent = descents.get(key) ?? descend(job, settingOf(exponents), { problem, optimum });
    descents.set(key, descent);
    return descent.gap;
  };
  const starts = firstRates.flatMap((rate) => (hasStep ? firstSteps.map((step) => [rate, step]) : [[rate]]));
  const looked = starts.map((start) => ({ start, gap: glance(start) })).sort((a, b) => (a.gap === b.gap ? 0 : a.gap - b.gap));
  const inOrder = looked.map(({ start }) => start);
  const walks = [walk(inOrder, gapOf)];
  // With a small η importance is nearly top-k, so it is tried with one, too: the search must not miss what it reaches without learning.
  if (hasStep)
    walks.push(
      walk(
        inOrder.filter(([, step]) => step === firstSteps[0]),
        gapOf,
      ),
    );
  const best = walks.map((one) => one.best).reduce((a, b) => (b.cost < a.cost ? b : a));
  const { curve, gradients } = descents.get(best.exponents.join())!;
  const trials = new Map(walks.flatMap((one) => one.trials).map((trial) => [trial.exponents.join(), trial]));
  const found = [...trials.values()].map(({ exponents, cost }) => {
    const { rate, step } = settingOf(exponents);
    return [rate, step, Number.isFinite(cost) ? cost : null] as const;
  });
  const { workers, dimension } = problem;
  return {
    ...job,
    workers,
    dimension,
    ...settingOf(best.exponents),
    curve,
    gradients,
    trials: found.sort((a, b) => a[0] - b[0] || (a[1] ?? 0) - (b[1] ?? 0)),
  };
}

/** Fraction of the rounds over which a gap is averaged. */
const tail = 0.1;

/** The mean gap over the last tenth of `rounds` rounds that end at round `until`, over the points that were evaluated. */
export function gapAtEnd(curve: readonly Point[], rounds: number, until = rounds): number {
  let [sum, count] = [0, 0];
  for (const [round, gap] of curve) {
    if (round <= until - rounds * tail || round > until) continue;
    sum += gap;
    count += 1;
  }
  return sum / count;
}

interface Descent {
  /** Infinity if the run diverged, or did not come below the start. */
  readonly gap: number;
  readonly curve: readonly Point[];
  readonly gradients: number;
}

interface Arena {
  readonly problem: Problem;
  /** F*. */
  readonly optimum: number;
}

/** Rounds that are evaluated, evenly spaced (a value takes as long as two gradients); at first those 10 % apart. */
const looks = 50;
/** A run whose gap reaches this multiple of that at the start is given up. */
const hopeless = 10;

/** x ← x − estimate, on the product's own compression, sums and wire format, over the heap tree. */
function descend({ scheme, rounds }: Job, { rate, step }: Setting, { problem, optimum }: Arena): Descent {
  const { shape, workers } = problem;
  const allReduce = new LocalAllReduce(
    schemeOf(scheme.replace("η", String(step))),
    layoutOf([{ name: "x", shape }]),
    workers,
    "heap",
    1,
  );
  const x = problem.start.slice();
  allReduce.parameters = x;
  let gradients = 0;
  const gradientAt = (worker: number, at: Float32Array): Float32Array => {
    gradients += 1;
    return Float32Array.from(problem.gradient(worker, at));
  };
  const start = problem.value(x) - optimum;
  const curve: Point[] = [];
  let bytes = 0;
  let next = 1;
  const often = Math.ceil(rounds / looks);
  for (let round = 1; round <= rounds; round += 1) {
    const updates = Array.from({ length: workers }, (_, worker) => gradientAt(worker, x));
    for (const update of updates) for (let j = 0; j < update.length; j += 1) update[j]! *= rate;
    if (!updates.every(allFinite)) return { gap: Infinity, curve, gradients: gradients / workers / round };
    addInto(x, allReduce.round(updates, undefined, gradientAt), -1);
    bytes += allReduce.bytes / workers;
    if (round < next && round % often !== 0 && round !== rounds) continue;
    next = Math.max(round + 1, round * 1.1);
    const gap = problem.value(x) - optimum;
    curve.push([round, gap, bytes]);
    if (!(gap <= hopeless * start)) return { gap: Infinity, curve, gradients: gradients / workers / round };
  }
  const gap = gapAtEnd(curve, rounds);
  return {
    gap: gap < start ? gap : Infinity,
    curve,
    gradients: gradients / workers / rounds,
  };
}
