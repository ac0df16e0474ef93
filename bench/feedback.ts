import { chart, type Line, type Panel } from "../cli/support/chart.ts";
import { type Comparison, importancePage } from "./importance-page.ts";
import { isThere, type ProblemName, titleOf } from "./problems.ts";
import { circumstances, writeLines, writeResult } from "./results.ts";
import { runJobs } from "./run-jobs.ts";
import { eagerImportances, feedbacks, importances, type Learnt, ranks } from "./schemes.ts";
import { gapAtEnd, type Point, type TunedRun } from "./tuned-run.ts";

/**
 * The gap to the optimum against the bytes that a worker sends, each scheme at its best rate; and importance beside top-k. Low rank
 * is shown on the digits: x of a logistic regression is a vector, and as the matrix of a softmax for two labels it has two rows,
 * which factors do not make smaller. Data sets are looked for in ../shared/data, beside the clone.
 */

interface Entry {
  readonly problem: ProblemName;
  /** Schemes in a picture of their own, and its number of rounds. */
  readonly rounds: number;
  readonly schemes: readonly string[];
  /** Schemes compared with top-k over fewer rounds, since each has two steps to tune. */
  readonly learnt: readonly Learnt[];
}

const fewerRounds = 100;
const tenth = importances("10%");
const five = eagerImportances("5");
const entries: readonly Entry[] = [
  { problem: "a9a", rounds: 300, schemes: feedbacks, learnt: tenth },
  { problem: "mushrooms", rounds: 300, schemes: feedbacks, learnt: tenth },
  { problem: "digits", rounds: 150, schemes: ranks, learnt: [] },
  { problem: "mushrooms-1", rounds: 0, schemes: [], learnt: tenth },
  { problem: "A", rounds: 0, schemes: [], learnt: five },
  { problem: "A-1000", rounds: 0, schemes: [], learnt: five },
  { problem: "mixed-10", rounds: 0, schemes: [], learnt: five },
  { problem: "mixed-1000", rounds: 0, schemes: [], learnt: five },
];

const present = entries.filter(({ problem }) => isThere(problem));
for (const { problem } of entries.filter((entry) => !present.includes(entry)))
  process.stderr.write(`the data of ${problem} is not in ../shared/data: passed over\n`);

const runs = await runJobs(
  present.flatMap(({ problem, rounds, schemes, learnt }) => [
    ...schemes.map((scheme) => ({ problem, scheme, rounds })),
    ...inPlace(learnt).map((scheme) => ({
      problem,
      scheme,
      rounds: fewerRounds,
    })),
  ]),
);
writeLines("feedback.ndjson", runs.map(lineOf));
const comparisons: Comparison[] = [];
for (const { problem, rounds, schemes, learnt } of present) {
  const own = runs.filter((run) => run.problem === problem);
  const long = own.filter((run) => run.rounds === rounds);
  const short = own.filter((run) => run.rounds === fewerRounds);
  if (learnt.length > 0) comparisons.push({ problem, learnt, runs: short });
  if (schemes.length === 0) continue;
  const first = panel(
    learnt.length > 0 ? `top-k in each feedback, ${rounds} rounds` : `low rank beside top-k, ${rounds} rounds`,
    long,
  );
  const second = panel(`importance in the place of top-k, ${fewerRounds} rounds`, short);
  writeResult(`feedback-${problem}.svg`, picture(problem, learnt.length > 0 ? [first, second] : [first]));
}
writeResult("importance.md", importancePage(comparisons));

/** The schemes with importance, and top-k in its place. */
function inPlace(learnt: readonly Learnt[]): string[] {
  return [...new Set([...learnt.map(({ baseline }) => baseline), ...learnt.map(({ scheme }) => scheme)])];
}

function lineOf({ curve, trials, gradients, ...run }: TunedRun): object {
  return {
    type: "feedback",
    ...run,
    gap: short(gapAtEnd(curve, run.rounds)),
    gradientsPerRound: short(gradients),
    ...circumstances,
    curve: thinned(curve).map(([round, gap, bytes]) => [round, short(gap), Math.round(bytes)]),
    trials: trials.map(([rate, step, gap]) => [rate, step, gap === null ? null : short(gap)]),
  };
}

/** Points 10 % of rounds apart; the gap of each is the mean since the one before. */
function thinned(curve: readonly Point[]): Point[] {
  const kept: Point[] = [];
  let next = 1;
  let [sum, count] = [0, 0];
  for (const [i, [round, gap, bytes]] of curve.entries()) {
    sum += gap;
    count += 1;
    if (round < next && i !== curve.length - 1) continue;
    kept.push([round, sum / count, bytes]);
    [sum, count, next] = [0, 0, round * 1.1];
  }
  return kept;
}

function picture(problem: ProblemName, panels: readonly Panel[]): string {
  return chart(panels, {
    title: titleOf(problem),
    x: { title: "bytes that a worker sent", scale: "log" },
    y: { title: "F − F*", scale: "log" },
  });
}

function panel(title: string, shown: readonly TunedRun[]): Panel {
  const lines = shown.map(({ scheme, curve }): Line => {
    const points = thinned(curve).map(([, gap, bytes]) => [bytes, gap] as const);
    return {
      name: scheme.replace(", step=η", ""),
      points,
      color: colorOf(scheme),
      stroke: strokeOf(scheme),
    };
  });
  return { title, lines };
}

/** The color of a line, by its error feedback. */
function colorOf(scheme: string): string {
  if (scheme === "none") return "#222222";
  if (/powersgd|sketch/.test(scheme)) return scheme.includes("sketch") ? "#aa3377" : "#119999";
  const colors = {
    ef14: "#3366bb",
    ef21: "#dd7711",
    "ef21-sgdm": "#cc3355",
    econtrol: "#8844aa",
    scam: "#228844",
  } as const;
  const feedback = scheme.slice(0, scheme.indexOf("(")) as keyof typeof colors;
  return colors[feedback] ?? "#999999";
}

/** The stroke of a line, by its compressor: top-k is solid. */
function strokeOf(scheme: string): NonNullable<Line["stroke"]> {
  if (/simplex|decay|natural|svd\(2/.test(scheme)) return "dashed";
  if (/\[0, 2\]|paper/.test(scheme)) return "dotted";
  if (/\[1, 2\]|svd\(1/.test(scheme)) return "dash-dot";
  return "solid";
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}
