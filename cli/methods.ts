import { Command } from "commander";
import type { Described } from "../shared/compress/method.ts";
import { methods } from "../shared/compress/registry.ts";
import type { Parameter } from "../shared/compress/text/parameters.ts";
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

/** `copse methods`: what a scheme can be made of, and the outer optimizers. */
export function methodsCommand(): Command {
  return new Command("methods")
    .description("list what a scheme can be made of, and the outer optimizers, each with what it does, its law and its source")
    .option("--json", "print one JSON array instead of text")
    .action((typed: { readonly json?: boolean }) => {
      const all = [...methods, ...optimizers];
      if (typed.json === true) printJson(all.map(lineOf));
      else print(all.map(textOf).join("\n\n"));
    });
}

function lineOf({ name, kind, summary, parameters, law, source }: Described): MethodLine {
  const inner: Inner[] = kind === "feedback" || kind === "masked-feedback" ? [{ name: "compressor", type: "method" }] : [];
  const own = Object.entries(parameters).map(([key, parameter]) => ({ name: key, ...parameter }));
  return { name, kind, summary, parameters: [...inner, ...own], law, source };
}

function textOf(method: Described): string {
  const { kind, summary, parameters, law, source } = method;
  const explained = Object.entries(parameters).map(([key, { help }]) => `    ${key}: ${help}`);
  return [`${usageOf(method)}: ${kind}`, `  ${summary}`, ...explained, `  ${law} [${source}]`].join("\n");
}
