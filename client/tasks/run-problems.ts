import { issueText } from "../../shared/base/issue-text.ts";
import { type RunConfig, runConfigSchema } from "../../shared/run/config.ts";
import type { FieldProblem } from "../../shared/run/config-problems.ts";
import { schemeProblems } from "../../shared/run/run-scheme.ts";
import { settingProblems } from "./setting-problems.ts";

/**
 * What is wrong with a configuration whose fields are each of their type: all that can be known before its room is joined and its
 * data are there. Empty where nothing is.
 */
export function runProblems(config: RunConfig): ReadonlyMap<keyof RunConfig, FieldProblem> {
  return new Map<keyof RunConfig, FieldProblem>([...schemeProblems(config), ...settingProblems(config)]);
}

/** The first thing that is wrong with what may be a configuration, as "rate: expected …, got …"; null if nothing is. */
export function runFault(config: unknown): string | null {
  const parsed = runConfigSchema.safeParse(config);
  if (!parsed.success) return issueText(parsed.error.issues[0]!, config);
  const [[key, { message }] = [null, { message: "" }]] = runProblems(parsed.data);
  return key === null ? null : `${key}: ${message.split("\n", 1)[0]}`;
}
