import { markdownTable } from "../cli/support/markdown-table.ts";
import { type ProblemName, titleOf } from "./problems.ts";
import type { Feedback, Learnt } from "./schemes.ts";
import { gapAtEnd, type TunedRun } from "./tuned-run.ts";

/** A problem's runs with importance, and those with top-k in its place. */
export interface Comparison {
  readonly problem: ProblemName;
  readonly learnt: readonly Learnt[];
  readonly runs: readonly TunedRun[];
}

/** Ratio from which a difference is named; smaller ones are called a tie. */
const worthNaming = 1.25;

const intro = `# Importance beside plain top-k

Made by \`npm run bench:feedback\`; nothing here is written by hand.

Every scheme has the rate γ, and importance also the inner step η, at which its own gap at the end is smallest: grids of ratio 2 and 10, walked until the neighbors are worse (a local search; the trials are in \`feedback.ndjson\`). With η → 0 importance is top-k.
All have the same k and the same number of rounds, so that bytes go with rounds.
A gap is F − F*, the mean over a tenth of the rounds.
*Rounds* is after how many a scheme is where top-k in the same feedback ends (looked at every second round), *gradients* how many gradients a worker has computed by then, those of the inner steps among them.
*Wins* means that top-k takes at least 1.25 times as much, *loses* that the scheme does, or, where it never gets there, that top-k gets to the scheme's end by 1/1.25 of the run. In between is a tie.
`;

/** The page, in Markdown. */
export function importancePage(comparisons: readonly Comparison[]): string {
  const feedbacks: readonly Feedback[] = ["none", "ef14", "scam"];
  const names: Readonly<Record<Feedback, string>> = {
    none: "no feedback",
    ef14: "in EF14",
    scam: "in SCAM",
  };
  const summary = markdownTable([
    ["problem", ...feedbacks.map((feedback) => names[feedback])],
    ...comparisons.map(({ problem, learnt, runs }) => [
      titleOf(problem),
      ...feedbacks.map((feedback) =>
        best(
          rowsOf({
            problem,
            learnt: learnt.filter((entry) => entry.feedback === feedback),
            runs,
          }),
        ),
      ),
    ]),
  ]);
  return [
    intro,
    "## The best of the importances\n\nHow many times what it takes top-k takes: by rounds, and so by bytes; and by gradients.\n",
    summary,
    ...comparisons.flatMap((comparison) => [`## ${titleOf(comparison.problem)}\n`, details(comparison)]),
  ].join("\n");
}

interface Row {
  readonly run: TunedRun;
  /** Rounds until the gap that top-k has at the end; null if the run does not reach it. */
  readonly rounds: number | null;
  /** Rounds of top-k over rounds of this row to the same gap, which is the larger of the two final ones. */
  readonly byRounds: number;
  readonly byGradients: number;
}

function rowsOf({ learnt, runs }: Comparison): Row[] {
  const runOf = (scheme: string): TunedRun => runs.find((run) => run.scheme === scheme)!;
  return learnt.map((entry) => {
    const [run, baseline] = [runOf(entry.scheme), runOf(entry.baseline)];
    const rounds = roundsUntil(run, gapAtEnd(baseline.curve, baseline.rounds));
    const end = gapAtEnd(run.curve, run.rounds);
    const ratio = rounds === null ? (roundsUntil(baseline, end) ?? 0) / run.rounds : baseline.rounds / rounds;
    return { run, rounds, byRounds: ratio, byGradients: ratio / run.gradients };
  });
}

function roundsUntil({ curve, rounds }: TunedRun, target: number): number | null {
  for (const [round] of curve) if (round >= rounds / 10 && gapAtEnd(curve, rounds, round) <= target) return round;
  return null;
}

function verdict(ratio: number): string {
  if (ratio >= worthNaming) return "wins";
  return ratio > 1 / worthNaming ? "ties" : "loses";
}

/** The best row by rounds, and that by gradients. */
function best(rows: readonly Row[]): string {
  const most = (of: (row: Row) => number): string => {
    const row = rows.reduce((a, b) => (of(b) > of(a) ? b : a));
    return `${verdict(of(row))}, ${of(row).toFixed(1)}×: ${code(row.run.scheme)}`;
  };
  return `by rounds ${most(({ byRounds }) => byRounds)}<br>by gradients ${most(({ byGradients }) => byGradients)}`;
}

function details({ problem, learnt, runs }: Comparison): string {
  const header = ["scheme", "γ", "η", "gap at the end", "gradients a round", "rounds", "gradients", "by rounds", "by gradients"];
  const runOf = (scheme: string): TunedRun => runs.find((run) => run.scheme === scheme)!;
  const baselines = [...new Set(learnt.map(({ baseline }) => baseline))];
  const lines = baselines.flatMap((baseline) => {
    const rows = rowsOf({
      problem,
      learnt: learnt.filter((entry) => entry.baseline === baseline),
      runs,
    });
    const plain = runOf(baseline);
    return [
      [code(plain.scheme), String(plain.rate), "", gapOf(plain), "1", String(plain.rounds), String(plain.rounds), "", ""],
      ...rows.map(({ run, rounds, byRounds, byGradients }) => [
        code(run.scheme),
        String(run.rate),
        String(run.step),
        gapOf(run),
        run.gradients.toFixed(1),
        rounds === null ? "—" : String(rounds),
        rounds === null ? "—" : (rounds * run.gradients).toFixed(0),
        verdict(byRounds),
        verdict(byGradients),
      ]),
    ];
  });
  return markdownTable([header, ...lines]);
}

function gapOf({ curve, rounds }: TunedRun): string {
  const gap = gapAtEnd(curve, rounds);
  return Number.isFinite(gap) ? gap.toExponential(2) : "diverged";
}

function code(scheme: string): string {
  return `\`${scheme.replace(", step=η", "")}\``;
}
