import { Command } from "commander";
import type { TypedOptions } from "../support/config-options.ts";
import { failWith } from "../support/exit.ts";
import { modelPackages, requirePackages } from "../support/require-packages.ts";

type Runs = typeof import("./run-model.ts");

/** `copse predict`, `copse evaluate` and `copse generate`: what a model is good for that `--export` wrote. */
export function modelCommands(): readonly Command[] {
  const saved = (name: string, description: string): Command =>
    new Command(name).description(description).requiredOption("--model <folder>", "what --export wrote for a peer");
  const predict = saved("predict", "say what a saved model takes each sample for")
    .requiredOption("--data <path>", "a file or a folder of files; labels need not be in it, and are not read")
    .option("--json", "print one JSON line for each sample instead of text");
  const evaluate = saved("evaluate", "measure a saved model on data with labels")
    .requiredOption("--data <path>", "a file or a folder of files; the part to test on, where they have one")
    .option("--json", "print one JSON line instead of text");
  const generate = saved("generate", "let a saved model of language write on from a prompt")
    .requiredOption("--prompt <text>", "what the text begins with")
    .option("--tokens <n>", "tokens to write", "200")
    .option("--temperature <T>", "how bold it is: below 1 likelier tokens, 0 always the likeliest", "0.8")
    .option("--seed <n>", "same seed, same text", "1")
    .option("--json", "print one JSON line instead of text");
  return [
    running(predict, (runs) => runs.runPredict),
    running(evaluate, (runs) => runs.runEvaluate),
    running(generate, (runs) => runs.runGenerate),
  ];
}

function running(command: Command, pick: (runs: Runs) => (typed: TypedOptions) => Promise<void>): Command {
  return command.action(async (typed: TypedOptions) => {
    try {
      requirePackages("a saved model", modelPackages);
      await pick(await import("./run-model.ts"))(typed);
    } catch (error) {
      failWith(command, error);
    }
  });
}
