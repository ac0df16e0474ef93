import { newtonMinimum } from "../shared/simulation/lab/newton.ts";
import type { Problem } from "../shared/simulation/lab/problem.ts";
import { loadProblem, type ProblemName } from "./problems.ts";
import { type Job, tunedRun } from "./tuned-run.ts";

/** A process that runs jobs of `bench/feedback.ts`, one after the other. Keeps each problem and its optimum. */
const solved = new Map<ProblemName, { readonly problem: Problem; readonly optimum: number }>();

process.on("message", (job: Job) => {
  const known = solved.get(job.problem) ?? solve(job.problem);
  solved.set(job.problem, known);
  process.send!(tunedRun(job, known.problem, known.optimum));
});

function solve(name: ProblemName) {
  const problem = loadProblem(name);
  const minimum = newtonMinimum(problem);
  if (minimum === null) throw new Error(`expected ${name} to have a minimum, got none`);
  return { problem, optimum: minimum.value };
}
