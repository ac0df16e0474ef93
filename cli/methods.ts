import { Command } from "commander";
import type { ModelMethod } from "../client/models/model-method.ts";
import { models } from "../client/models/registry.ts";
import { localOptimizers } from "../client/optimizer/registry.ts";
import type { Described } from "../shared/compress/method.ts";
import { methods } from "../shared/compress/registry.ts";
import type { Parameter, Parameters } from "../shared/compress/text/parameters.ts";
import { usageOf } from "../shared/compress/text/usage-of.ts";
import { optimizers } from "../shared/optimizer/registry.ts";
import { print, printJson } from "./support/terminal.ts";

/** One method as `copse methods --json` prints it. */
export interface MethodLine extends Pick<Described, "name" | "kind" | "summary" | "law" | "source"> {
  /** In the order in which they are written; an error feedback's compressor first. */
  readonly parameters: readonly (Inner | (Parameter & { readonly name: string }))[];
}

interface Inner {
  readonly name: "compressor";
  readonly type: "method";
}

/** One model, likewise. */
export interface ModelLine extends Pick<ModelMethod, "name" | "summary" | "takes" | "source"> {
  readonly kind: "model";
  readonly parameters: readonly (Parameter & { readonly name: string })[];
}

/** `copse methods`: what a scheme can be made of, the outer and local optimizers, and the models. */
export function methodsCommand(): Command {
  return new Command("methods")
    .description(
      "list what a scheme can be made of, the outer and local optimizers and the models, each with what it does and its source",
    )
    .option("--json", "print one JSON array instead of text")
    .action((typed: { readonly json?: boolean }) => {
      const all = [...methods, ...optimizers, ...localOptimizers];
      if (typed.json === true) printJson([...all.map(lineOf), ...models.map(modelLineOf)]);
      else print([...all.map(textOf), ...models.map(modelTextOf)].join("\n\n"));
    });
}

function lineOf({ name, kind, summary, parameters, law, source }: Described): MethodLine {
  const inner: Inner[] = kind === "feedback" || kind === "masked-feedback" ? [{ name: "compressor", type: "method" }] : [];
  return { name, kind, summary, parameters: [...inner, ...listed(parameters)], law, source };
}

function modelLineOf({ name, summary, parameters, takes, source }: ModelMethod): ModelLine {
  return { name, kind: "model", summary, parameters: listed(parameters), takes, source };
}

function listed(parameters: Parameters): readonly (Parameter & { readonly name: string })[] {
  return Object.entries(parameters).map(([key, parameter]) => ({ name: key, ...parameter }));
}

function textOf(method: Described): string {
  return [...headOf(method), `  ${method.law} [${method.source}]`].join("\n");
}

function modelTextOf(model: ModelMethod): string {
  return [...headOf({ ...model, kind: "model" }), `  [${model.source}]`].join("\n");
}

function headOf(method: Pick<Described, "name" | "kind" | "summary" | "parameters">): readonly string[] {
  const explained = Object.entries(method.parameters).map(([key, { help }]) => `    ${key}: ${help}`);
  return [`${usageOf(method)}: ${method.kind}`, `  ${method.summary}`, ...explained];
}
