import { Command } from "commander";
import { methods } from "../shared/compress/registry.ts";

/** One method as `copse methods --json` prints it. */
export interface MethodLine {
  readonly name: string;
  readonly kind: string;
  /** As they are written between the brackets; a default follows "=". */
  readonly parameters: readonly string[];
  readonly law: string;
  readonly source: string;
}

/** `copse methods`: what a scheme can be made of. */
export function methodsCommand(): Command {
  return new Command("methods")
    .description("list the compressors and error feedbacks that a scheme is made of, with their laws and sources")
    .option("--json", "print one JSON array instead of text")
    .action((typed: { readonly json?: boolean }) => {
      process.stdout.write(typed.json === true ? `${JSON.stringify(methodLines())}\n` : methodsText());
    });
}

export function methodLines(): MethodLine[] {
  return methods.map(({ name, kind, usage, law, source }) => ({ name, kind, parameters: parametersIn(usage), law, source }));
}

function methodsText(): string {
  return methods.map(({ usage, law, source }) => `${usage}: ${law} [${source}]\n`).join("");
}

/** The arguments of the first call in a usage: "ef14(compressor, decay=1)" has two, "none" has none; brackets inside stay whole. */
function parametersIn(usage: string): string[] {
  const parameters: string[] = [];
  let depth = 0;
  let current = "";
  for (const sign of usage) {
    if (sign === ")") depth -= 1;
    if (depth === 0 && sign === ")") return [...parameters, current.trim()].filter((text) => text !== "");
    if (depth === 1 && sign === ",") {
      parameters.push(current.trim());
      current = "";
    } else if (depth > 0) current += sign;
    if (sign === "(") depth += 1;
  }
  return parameters;
}
