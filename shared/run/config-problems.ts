import { issueText } from "../base/issue-text.ts";
import type { SchemeError } from "../compress/text/grammar.ts";
import { type RunConfig, runConfigSchema } from "./config.ts";
import { dealingProblem } from "./dealing-problem.ts";
import { proximalProblem } from "./proximal-problem.ts";
import { schemeProblems } from "./run-scheme.ts";

/** What is wrong with a field; a SchemeError knows where in its text. */
export type FieldProblem = SchemeError | RangeError;

/**
 * What is wrong with a configuration whose fields are each of their type: everything that can be known before its room is joined.
 * Empty where nothing is.
 */
export function configProblems(config: RunConfig): ReadonlyMap<keyof RunConfig, FieldProblem> {
  const problems = new Map<keyof RunConfig, FieldProblem>(schemeProblems(config));
  const note = (field: keyof RunConfig, problem: string | null): void => {
    if (problem !== null) problems.set(field, new RangeError(problem));
  };
  note("proximal", proximalProblem(config));
  note("partition", dealingProblem(config));
  return problems;
}

/** The first thing that is wrong with what may be a configuration, as "rate: expected …, got …"; null if nothing is. */
export function configFault(config: unknown): string | null {
  const parsed = runConfigSchema.safeParse(config);
  if (!parsed.success) return issueText(parsed.error.issues[0]!, config);
  const [[key, { message }] = [null, { message: "" }]] = configProblems(parsed.data);
  return key === null ? null : `${key}: ${message.split("\n", 1)[0]}`;
}
