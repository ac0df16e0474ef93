import { Command } from "commander";
import { methods } from "../shared/compress/registry.ts";
import { type Parameter, parametersOf, parametersRead } from "../shared/compress/text/parameters.ts";
import { optimizers } from "../shared/optimizer/registry.ts";
import { print, printJson } from "./support/terminal.ts";

/** One method as `copse methods --json` prints it. */
export interface MethodLine {
  readonly name: string;
  readonly kind: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly law: string;
  readonly source: string;
}

/** `copse methods`: what a scheme can be made of, and the outer optimizers. */
export function methodsCommand(): Command {
  return new Command("methods")
    .description("list what a scheme can be made of, and the outer optimizers, each with what it does, its law and its source")
    .option("--json", "print one JSON array instead of text")
    .action((typed: { readonly json?: boolean }) => {
      if (typed.json === true) printJson(methodLines());
      else print(methodsText().replace(/\n$/, ""));
    });
}

function methodLines(): MethodLine[] {
  const inSchemes = methods.map((method) => lineOf(method, parametersOf(method)));
  return [...inSchemes, ...optimizers.map((optimizer) => lineOf(optimizer, parametersRead(optimizer.build)))];
}

function lineOf(described: Omit<MethodLine, "parameters">, parameters: readonly Parameter[]): MethodLine {
  const { name, kind, summary, law, source } = described;
  return { name, kind, summary, parameters, law, source };
}

function methodsText(): string {
  return [...methods, ...optimizers]
    .map(({ usage, kind, summary, law, source }) => `${usage}: ${kind}\n  ${summary}\n  ${law} [${source}]\n`)
    .join("\n");
}
