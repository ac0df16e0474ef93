import type { SchemeError } from "../compress/text/grammar.ts";
import type { RunConfig } from "./config.ts";
import { dealingProblem } from "./dealing-problem.ts";
import { proximalProblem } from "./proximal-problem.ts";

/** What is wrong with a field; a SchemeError knows where in its text. */
export type FieldProblem = SchemeError | RangeError;

/**
 * What is wrong with a configuration whose fields are each of their type, as far as it is known without the code of schemes
 * (`schemeProblems`) and of models. Empty where nothing is.
 */
export function configProblems(config: RunConfig): ReadonlyMap<keyof RunConfig, FieldProblem> {
  const problems = new Map<keyof RunConfig, FieldProblem>();
  const note = (field: keyof RunConfig, problem: string | null): void => {
    if (problem !== null) problems.set(field, new RangeError(problem));
  };
  note("proximal", proximalProblem(config));
  note("partition", dealingProblem(config));
  note("augment", augmentProblem(config));
  return problems;
}

function augmentProblem({ task, augment }: RunConfig): string | null {
  return augment === "none" || task === "images" ? null : `expected none: the task ${task} has no pictures, got ${augment}`;
}
