import { dirname } from "node:path";
import { Command } from "commander";
import { realClock } from "../../client/base/real-clock.ts";
import { wholeNumber } from "../support/config-options.ts";
import { failureExitCode, failWith } from "../support/exit.ts";
import { modelPackages, requirePackages } from "../support/require-packages.ts";
import { print, printJson } from "../support/terminal.ts";
import { cellKey } from "./cell.ts";
import { cellInWords } from "./cell-in-words.ts";
import { type LabFile, type NamedCell, readLabFile } from "./lab-file.ts";
import { createLabProgress } from "./lab-progress.ts";
import type { LabRow } from "./lab-row.ts";
import { resultsOf } from "./results-of.ts";
import { appendRow, readRows } from "./rows.ts";

interface Typed {
  readonly out?: string;
  readonly dataFolder?: string;
  readonly processes: string;
  readonly cell?: string;
  readonly json?: boolean;
}

const help = `
The file is YAML: settings that all runs share, arms with names, and a grid of values; each combination is a run.
  settings: {data: mnist, model: mlp(64), peers: 4, partition: iid, localSteps: 20, rounds: 100}
  arms:
    - {name: dense, scheme: none}
    - {name: EF14, scheme: ef14(topk(1%))}
  grid: {rate: [0.1, 0.3], seed: [1, 2, 3]}
Fields are a room's settings, and peers, data (drawn, or a path beside the file), label, train and test (how many samples), every
(rounds between tests), target (the accuracy that ends a run). A run that stands in the results already is not played again: what was broken off goes on.`;

/** `copse lab run`: plays the runs of a file that are not in its results yet. */
export function runCommand(): Command {
  const command = new Command("run")
    .description("train every combination of a file's settings, a line of results each; goes on where it was broken off")
    .argument("<file>", "settings, arms and a grid, as YAML")
    .option("--out <file>", "results, a line a run (default: beside the file, its ending .ndjson)")
    .option("--data-folder <path>", "where the paths of data begin (default: beside the file)")
    .option("--processes <n>", "how many runs at a time, each in a process of its own", "1")
    .option("--cell <n>", "play this run alone, by its number from 1, and print its row")
    .option("--json", "print each row instead of text")
    .addHelpText("after", help);
  return command.action(async (file: string, typed: Typed) => {
    try {
      requirePackages("the lab", modelPackages);
      await runLab(file, typed);
    } catch (error) {
      failWith(command, error);
    }
  });
}

async function runLab(file: string, typed: Typed): Promise<void> {
  const lab = readLabFile(file);
  const folder = typed.dataFolder ?? dirname(file);
  const processes = wholeNumber(typed.processes, "--processes", { min: 1, max: 64 });
  // Loaded only now: tfjs takes a second to load, which `--help` and a wrong file do not need.
  const { playCell } = await import("./play-cell.ts");
  const { createCellData } = await import("./cell-data.ts");
  if (typed.cell !== undefined) {
    const number = wholeNumber(typed.cell, "--cell", { min: 1, max: lab.cells.length });
    // Whoever started this process wants its row, or nothing.
    const onOrphaned = (): never => process.exit(failureExitCode);
    process.once("disconnect", onOrphaned);
    printJson(await playCell(lab.cells[number - 1]!, createCellData(folder)));
    process.off("disconnect", onOrphaned);
    if (process.connected) process.disconnect();
    return;
  }
  const out = typed.out ?? resultsOf(file);
  const todo = missing(lab, readRows(out));
  const told = (row: LabRow): void => {
    if (typed.json === true) printJson(row);
    else print(`${cellInWords(row, lab.varied)}: ${resultOf(row)}`);
  };
  if (typed.json !== true && todo.length < lab.cells.length)
    print(`${lab.cells.length - todo.length} of ${lab.cells.length} runs are in ${out} already`);
  const progress = createLabProgress(
    todo.map(({ cell }) => cell.rounds),
    realClock,
  );
  try {
    if (processes === 1) {
      const data = createCellData(folder);
      for (const [i, named] of todo.entries()) {
        const row = await playCell(named, data, (round, newest) => progress.round(i, round, newest));
        appendRow(out, row);
        progress.clear();
        told(row);
      }
    } else {
      const { playInProcesses } = await import("./play-in-processes.ts");
      const numbers = todo.map((named) => lab.cells.indexOf(named) + 1);
      await playInProcesses([file, "--data-folder", folder], numbers, processes, (row) => {
        appendRow(out, row);
        progress.clear();
        told(row);
        progress.over(row.cell.rounds);
      });
    }
  } finally {
    progress.clear();
  }
}

/** The runs without a row, each once. */
function missing({ cells }: LabFile, rows: readonly LabRow[]): readonly NamedCell[] {
  const done = new Set(rows.map(({ cell }) => cellKey(cell)));
  return cells.filter(
    ({ cell }, i) => !done.has(cellKey(cell)) && cells.findIndex((one) => cellKey(one.cell) === cellKey(cell)) === i,
  );
}

function resultOf({ points, divergedIn, made }: LabRow): string {
  const last = points.at(-1);
  const end = divergedIn === null ? "" : `, diverged in round ${divergedIn}`;
  const metrics = Object.entries(last?.metrics ?? {}).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  return `${metrics.join(", ")}${end}; ${Math.round(made.seconds)} s`;
}
