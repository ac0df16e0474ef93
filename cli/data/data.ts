import { Command } from "commander";
import { inspectCommand } from "./inspect.ts";
import { partitionCommand } from "./partition.ts";

/** `copse data`: a look at files before training. */
export function dataCommand(): Command {
  return new Command("data")
    .description("look at files before training: what they hold, and how they would be dealt to peers")
    .addCommand(inspectCommand())
    .addCommand(partitionCommand());
}
