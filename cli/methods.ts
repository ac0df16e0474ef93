import { Command } from "commander";
import { type Parameter, parametersOf } from "../shared/compress/parameters.ts";
import { methods } from "../shared/compress/registry.ts";

/** One method as `copse methods --json` prints it. */
export interface MethodLine {
  readonly name: string;
  readonly kind: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly law: string;
  readonly source: string;
}

/** `copse methods`: what a scheme can be made of. */
export function methodsCommand(): Command {
  return new Command("methods")
    .description("list what a scheme can be made of, each method with what it does, its law and its source")
    .option("--json", "print one JSON array instead of text")
    .action((typed: { readonly json?: boolean }) => {
      process.stdout.write(typed.json === true ? `${JSON.stringify(methodLines())}\n` : methodsText());
    });
}

function methodLines(): MethodLine[] {
  return methods.map((method) => {
    const { name, kind, summary, law, source } = method;
    return { name, kind, summary, parameters: parametersOf(method), law, source };
  });
}

function methodsText(): string {
  return methods
    .map(({ usage, kind, summary, law, source }) => `${usage}: ${kind}\n  ${summary}\n  ${law} [${source}]\n`)
    .join("\n");
}
