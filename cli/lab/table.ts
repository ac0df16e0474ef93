import { Command } from "commander";
import { columnsOf } from "../data/bars.ts";
import { failWith, UsageError } from "../support/exit.ts";
import { markdownTable } from "../support/markdown-table.ts";
import { print, printJson } from "../support/terminal.ts";
import { readLabFile } from "./lab-file.ts";
import { resultsOf } from "./results-of.ts";
import { readRows } from "./rows.ts";
import { rowsOfCells } from "./rows-of-cells.ts";
import { tableCells } from "./table-cells.ts";
import { tableOf } from "./table-of.ts";

interface Typed {
  readonly out?: string;
  readonly metric?: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/** `copse lab table`: what a file's runs came to, by arm. */
export function tableCommand(): Command {
  const command = new Command("table")
    .description("what a file's runs came to: means and deviations over seeds, each arm at its best rate")
    .argument("<file>", "the YAML that was run")
    .option("--out <file>", "its results (default: beside the file, its ending .ndjson)")
    .option("--metric <name>", "what is compared (default: accuracy where there is one, otherwise the loss)")
    .option("--markdown", "print it as a table in Markdown")
    .option("--json", "print a JSON line for each instead of text");
  return command.action((file: string, typed: Typed) => {
    try {
      const lab = readLabFile(file);
      const rows = rowsOfCells(lab, readRows(typed.out ?? resultsOf(file)));
      if (rows.length === 0) throw new UsageError(`${file}: expected results of copse lab run, got none yet`);
      const lines = tableOf(rows, lab.varied, typed.metric ?? null);
      if (typed.json === true) for (const line of lines) printJson(line);
      else if (typed.markdown === true) print(markdownTable(tableCells(lines)).trimEnd());
      else {
        print(columnsOf(tableCells(lines)).join("\n"));
        if (rows.length < lab.cells.length) print(`${rows.length} of ${lab.cells.length} runs are in`);
      }
    } catch (error) {
      failWith(command, error);
    }
  });
}
