import { SchemeError } from "../../shared/compress/text/grammar.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import { configProblems, type FieldProblem } from "../../shared/run/config-problems.ts";
import { modelOf } from "../models/model-of.ts";
import { ownModelName } from "../models/own/own-model.ts";
import { localOf } from "../optimizer/local-of.ts";

/**
 * What is wrong with a configuration whose fields are each of their type, the fields of `schemeProblems` aside: a page judges a
 * link by it without the code of the schemes. Empty where nothing is.
 */
export function settingProblems(config: RunConfig): ReadonlyMap<keyof RunConfig, FieldProblem> {
  const problems = new Map<keyof RunConfig, FieldProblem>(configProblems(config));
  const model = modelProblem(config);
  if (model !== null) problems.set("model", model);
  const local = localProblem(config);
  if (local !== null) problems.set("local", local);
  const task = taskProblem(config);
  if (task !== null) problems.set("task", new RangeError(task));
  return problems;
}

/** What is wrong with the model's text, or with the model for this task; null if nothing is. */
export function modelProblem({ model, task }: Pick<RunConfig, "model" | "task">): FieldProblem | null {
  if (model === ownModelName) return null;
  try {
    const { name, takes } = modelOf(model);
    if ((takes === "tokens") !== (task === "language"))
      return new RangeError(
        `expected a model of ${task === "language" ? "tokens, such as gpt" : "numbers, not of tokens"}, got ${name}`,
      );
    if (takes === "images" && task !== "images") return new RangeError(`expected a model of rows, such as mlp(64), got ${name}`);
    return null;
  } catch (cause) {
    if (!(cause instanceof SchemeError)) throw cause;
    return cause;
  }
}

function localProblem({ local }: RunConfig): SchemeError | null {
  try {
    localOf(local);
    return null;
  } catch (cause) {
    if (!(cause instanceof SchemeError)) throw cause;
    return cause;
  }
}

/** Drawn and served data are images. */
function taskProblem({ task, data, schema }: RunConfig): string | null {
  if (data === "own") return null;
  if (task !== "images") return `expected images where data are ${data}, got ${task}`;
  return schema === "" ? null : `expected no schema where data are ${data}, got one`;
}
