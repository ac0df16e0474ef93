import { Command } from "commander";
import { plotCommand } from "./plot.ts";
import { problemCommand } from "./problem.ts";
import { runCommand } from "./run.ts";
import { tableCommand } from "./table.ts";

/** `copse lab`: experiments in one process, on the product's own code. */
export function labCommand(): Command {
  return new Command("lab")
    .description("compare methods: grids of training runs in one process, and problems with a known optimum")
    .addCommand(runCommand())
    .addCommand(tableCommand())
    .addCommand(plotCommand())
    .addCommand(problemCommand(), { isDefault: true });
}
