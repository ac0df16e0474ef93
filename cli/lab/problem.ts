import { Command } from "commander";
import { createHasher } from "../../shared/base/hash.ts";
import { defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import { runScheme } from "../../shared/run/run-scheme.ts";
import { createLab, type LabReport } from "../../shared/simulation/lab/lab.ts";
import { newtonMinimum } from "../../shared/simulation/lab/newton.ts";
import type { Problem } from "../../shared/simulation/lab/problem.ts";
import { type TopologyName, topologyNames } from "../../shared/tree/topologies.ts";
import { readProblem } from "../problem-file.ts";
import { configOf, realNumber, type TypedOptions, wholeNumber } from "../support/config-options.ts";
import { failWith } from "../support/exit.ts";
import { print, printJson } from "../support/terminal.ts";

/** Result of a run of the lab. */
export interface LabSummary extends Omit<LabReport, "type" | "round">, Pick<RunConfig, "aggregate" | "truncationResidual"> {
  readonly type: "summary";
  readonly rounds: number;
  readonly workers: number;
  readonly dimension: number;
  readonly scheme: string;
  readonly outer: string;
  readonly tree: string;
  readonly rate: number;
  readonly seed: number;
  /** F*, by Newton's method; null if it finds no minimum. */
  readonly optimum: number | null;
  /** F − F*. */
  readonly gap: number | null;
}

interface LabRun extends Pick<RunConfig, "aggregate" | "truncationResidual"> {
  readonly scheme: string;
  readonly outer: string;
  readonly tree: TopologyName;
  readonly rate: number;
  readonly rounds: number;
  /** Rounds after which to report; 0 is the start. */
  readonly reports: ReadonlySet<number>;
  readonly seed: number;
}

const fileHelp = `
A file of quadratics, f_i(x) = ½xᵀA_i x − b_iᵀx + c_i, F their mean:
  {"start": […], "workers": [{"hessian": [[…], …], "linear": […], "constant": c}, …]}
A LIBSVM file ("label index:value …" lines) is logistic regression for two labels, softmax regression for more, with
λ = 0.001, its samples sorted by label and then split.`;

/** `copse lab problem`: a scheme on a problem whose optimum is known. */
export function problemCommand(): Command {
  const command = new Command("problem")
    .description("run a scheme on a problem with a known optimum: P workers in one process, on the product's own code")
    .requiredOption("--problem <file>", "quadratics (.json) or a LIBSVM file (perhaps .gz)")
    .option("--scheme <text>", "compression and error feedback", "ef14(topk(1%))")
    .option(
      "--aggregate <kind>",
      "how sparse sums are added: gtopk, exact, dense, allgather, auto, twopass, leader or countsketch",
      "gtopk",
    )
    .option("--truncation-residual <rule>", "who keeps what gtopk rejects: in-network, or gmask as published", "in-network")
    .option("--outer <text>", "what is done with the mean update", "sgd(1)")
    .option("--rate <γ>", "step size: a worker's update is γ times its gradient", "0.05")
    .option("--rounds <n>", "how many rounds", "100")
    .option("--report <rounds>", "after which rounds to report, e.g. 10,100 (default: the last)")
    .option("--workers <n>", "among how many a LIBSVM file is split by label (default: 20)")
    .option("--tree <kind>", topologyNames.join(" or "), defaultConfig.tree)
    .option("--seed <n>", "same seed, same run", "1")
    .option("--json", "print JSON lines instead of text")
    .addHelpText("after", fileHelp);
  return command.action(async (typed: TypedOptions) => {
    try {
      const run = labRunOf(typed);
      const workers = typed["workers"] === undefined ? null : wholeNumber(typed["workers"], "--workers", { min: 1, max: 4096 });
      const problem = readProblem(String(typed["problem"]), workers);
      await runLab(problem, run, typed["json"] === true ? printJson : (line) => print(textOf(line)));
    } catch (error) {
      failWith(command, error);
    }
  });
}

/** Runs it to its last round, reporting as it goes. @throws {DivergedError} */
async function runLab(problem: Problem, run: LabRun, print: (line: LabReport | LabSummary) => void): Promise<void> {
  const { scheme, aggregate, truncationResidual, outer, tree, rate, rounds, reports, seed } = run;
  const lab = createLab(problem, { scheme: runScheme(run), tree, rate, seed, hasher: await createHasher() });
  if (reports.has(0)) print(lab.report());
  for (let round = 1; round <= rounds; round += 1) {
    lab.step();
    if (reports.has(round)) print(lab.report());
  }
  const { objective, gradientNormSquared, bytesPerWorker } = lab.report();
  const optimum = newtonMinimum(problem)?.value ?? null;
  print({
    type: "summary",
    rounds,
    workers: problem.workers,
    dimension: problem.dimension,
    scheme,
    aggregate,
    truncationResidual,
    outer,
    tree,
    rate,
    seed,
    objective,
    gradientNormSquared,
    bytesPerWorker,
    optimum,
    gap: optimum === null ? null : objective - optimum,
  });
}

function labRunOf(typed: TypedOptions): LabRun {
  const { scheme, aggregate, truncationResidual, outer, tree, seed } = configOf({
    scheme: typed["scheme"],
    aggregate: typed["aggregate"],
    truncationResidual: typed["truncationResidual"],
    outer: typed["outer"],
    tree: typed["tree"],
    seed: wholeNumber(typed["seed"], "--seed", { min: 0, max: 0xffffffff }),
  });
  const rounds = wholeNumber(typed["rounds"], "--rounds", { min: 1, max: 10_000_000 });
  const reports = String(typed["report"] ?? rounds).split(",");
  return {
    scheme,
    aggregate,
    truncationResidual,
    outer,
    tree,
    seed,
    rounds,
    rate: realNumber(typed["rate"], "--rate", { min: 1e-12, max: 1e9 }),
    reports: new Set(reports.map((round) => wholeNumber(round.trim(), "--report", { min: 0, max: rounds }))),
  };
}

function textOf(line: LabReport | LabSummary): string {
  const { objective, gradientNormSquared, bytesPerWorker } = line;
  const figures = `objective ${objective.toPrecision(10)}, ‖∇F‖² ${gradientNormSquared.toExponential(3)}, ${bytesPerWorker.toFixed(1)} B a worker and round`;
  if (line.type === "report") return `round ${line.round}: ${figures}`;
  const known =
    line.gap === null ? "no optimum known" : `${line.gap.toExponential(3)} above the optimum ${line.optimum!.toPrecision(10)}`;
  return `${line.workers} workers, ${line.dimension} parameters, ${line.rounds} rounds of ${line.scheme}, ${line.outer} at rate ${line.rate}: ${known}`;
}
