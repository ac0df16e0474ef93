import { type ProblemName, titleOf } from "./problems.ts";
import type { Feedback, Learnt } from "./schemes.ts";
import { gapAtEnd, type TunedRun } from "./tuned-run.ts";

/** A problem's runs: those of importance, and of top-k in their place. */
export interface Comparison {
  readonly problem: ProblemName;
  readonly learnt: readonly Learnt[];
  readonly runs: readonly TunedRun[];
}

/** Differences of less than a quarter are called a tie. */
const worthNaming = 1.25;

const intro = `# Importance beside plain top-k

Made by \`npm run bench:feedback\`; nothing here is written by hand.

Every scheme has the rate γ, and importance also the inner step η, at which its own gap at the end is smallest (grids of ratio 2 and 10, searched until both neighbours are worse; the trials are in \`feedback.ndjson\`).
All have the same k and the same number of rounds, so that bytes go with rounds.
A gap is F − F*, the mean over a tenth of the rounds.
The target of a row is the gap at which top-k in the same feedback ends; *rounds* is after how many the row's scheme is there (looked at every second round), *gradients* how many gradients a worker has computed by then, those of the inner steps among them.
*wins* means at most 1/1.25 of what top-k takes, *loses* at least 1.25 times as much, or never; in between is a tie.
`;

/** The page, in Markdown. */
export function importancePage(comparisons: readonly Comparison[]): string {
  const feedbacks: readonly Feedback[] = ["none", "ef14", "scam"];
  const names: Readonly<Record<Feedback, string>> = { none: "no feedback", ef14: "in EF14", scam: "in SCAM" };
  const summary = table(
    ["problem", ...feedbacks.map((feedback) => names[feedback])],
    comparisons.map(({ problem, learnt, runs }) => [
      titleOf(problem),
      ...feedbacks.map((feedback) =>
        best(rowsOf({ problem, learnt: learnt.filter((entry) => entry.feedback === feedback), runs })),
      ),
    ]),
  );
  return [
    intro,
    "## The best of the importances\n\nTop-k's rounds over its rounds, and whether it wins by rounds (so by bytes), and by gradients.\n",
    summary,
    ...comparisons.flatMap((comparison) => [`## ${titleOf(comparison.problem)}\n`, details(comparison)]),
  ].join("\n");
}

interface Row {
  readonly run: TunedRun;
  readonly baseline: TunedRun;
  /** Rounds until the baseline's gap at the end; null: not within the run. */
  readonly rounds: number | null;
  readonly gradients: number | null;
}

function rowsOf({ learnt, runs }: Comparison): Row[] {
  const runOf = (scheme: string): TunedRun => runs.find((run) => run.scheme === scheme)!;
  return learnt.map((entry) => {
    const [run, baseline] = [runOf(entry.scheme), runOf(entry.baseline)];
    const rounds = roundsUntil(run, gapAtEnd(baseline.curve, baseline.rounds));
    return { run, baseline, rounds, gradients: rounds === null ? null : rounds * run.gradients };
  });
}

function roundsUntil({ curve, rounds }: TunedRun, target: number): number | null {
  for (const [round] of curve) if (round >= rounds / 10 && gapAtEnd(curve, rounds, round) <= target) return round;
  return null;
}

function verdict(spent: number | null, allowed: number): string {
  if (spent === null || spent >= allowed * worthNaming) return "loses";
  return spent <= allowed / worthNaming ? "wins" : "ties";
}

/** The row that is first at its target. */
function best(rows: readonly Row[]): string {
  const first = rows.reduce((a, b) => ((b.rounds ?? Infinity) < (a.rounds ?? Infinity) ? b : a));
  const { run, baseline, rounds, gradients } = first;
  if (rounds === null) return "loses: none gets there";
  const ratio = (baseline.rounds / rounds).toFixed(1);
  const [byRounds, byGradients] = [verdict(rounds, baseline.rounds), verdict(gradients, baseline.rounds)];
  return `${ratio}×: ${byRounds}, by gradients ${byGradients} (${code(run.scheme)})`;
}

function details({ problem, learnt, runs }: Comparison): string {
  const header = ["scheme", "γ", "η", "gap at the end", "gradients a round", "rounds", "gradients", "by rounds", "by gradients"];
  const baselines = [...new Set(learnt.map(({ baseline }) => baseline))];
  const lines = baselines.flatMap((baseline) => {
    const rows = rowsOf({ problem, learnt: learnt.filter((entry) => entry.baseline === baseline), runs });
    const plain = rows[0]!.baseline;
    return [
      [code(plain.scheme), String(plain.rate), "", gapOf(plain), "1", String(plain.rounds), String(plain.rounds), "", ""],
      ...rows.map(({ run, rounds, gradients }) => [
        code(run.scheme),
        String(run.rate),
        String(run.step),
        gapOf(run),
        run.gradients.toFixed(1),
        rounds === null ? "—" : String(rounds),
        gradients === null ? "—" : gradients.toFixed(0),
        verdict(rounds, plain.rounds),
        verdict(gradients, plain.rounds),
      ]),
    ];
  });
  return table(header, lines);
}

function gapOf({ curve, rounds }: TunedRun): string {
  const gap = gapAtEnd(curve, rounds);
  return Number.isFinite(gap) ? gap.toExponential(2) : "diverged";
}

function code(scheme: string): string {
  return `\`${scheme.replace(", step=η", "")}\``;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
