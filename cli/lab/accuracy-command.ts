import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { Command } from "commander";
import { failWith, UsageError } from "../support/exit.ts";
import { modelPackages, requirePackages } from "../support/require-packages.ts";
import { jsonLine, print, printJson } from "../support/terminal.ts";
import { accuracyComparison } from "./accuracy-cases.ts";
import type { AccuracyRow } from "./bench-accuracy.ts";

interface Typed {
  readonly quick?: boolean;
  readonly data?: string;
  readonly cases?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `copse bench accuracy`: what each method costs until the model has an accuracy. */
export function accuracyCommand(): Command {
  const command = new Command("accuracy")
    .description("bytes that a peer sends until the model after a round has 97 % on MNIST's held-out digits, by method")
    .option("--quick", "two methods on drawn digits, to 50 %")
    .option("--data <folder>", "MNIST's four IDX files, gzipped or not")
    .option("--cases <from..to>", "only these of its cases, by their numbers from 1")
    .option("--out <file>", "add the rows to this file; a case that it has already is not played again")
    .option("--json", "print JSON lines instead of text")
    .addHelpText(
      "after",
      "\nAll of it takes hours. Each method at its best rate of three by the first seed; means over three seeds.",
    );
  return command.action(async ({ quick, data, cases, out, json }: Typed) => {
    try {
      requirePackages("bench accuracy", modelPackages);
      const { accuracyKey, accuracyRows } = await import("./bench-accuracy.ts");
      const comparison = accuracyComparison({ isQuick: quick === true, folder: data ?? null });
      const done = new Set((out === undefined ? [] : rowsIn(out)).map(accuracyKey));
      const todo = within(comparison.cases, cases).filter((one) => !done.has(accuracyKey(one)));
      for await (const row of accuracyRows({ ...comparison, cases: todo })) {
        if (out !== undefined) appendFileSync(out, `${jsonLine(row)}\n`);
        if (json === true) printJson(row);
        else print(textOf(row));
      }
    } catch (error) {
      failWith(command, error);
    }
  });
}

/** @param range as "3..7", from 1; all where there is none */
function within<T>(cases: readonly T[], range: string | undefined): readonly T[] {
  if (range === undefined) return cases;
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(range)?.map(Number) ?? [];
  if (!(from! >= 1 && to! >= from! && to! <= cases.length))
    throw new UsageError(`--cases: expected numbers from 1 to ${cases.length}, as 1..${cases.length}, got ${range}`);
  return cases.slice(from! - 1, to);
}

function rowsIn(path: string): readonly AccuracyRow[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  try {
    return lines.map((line) => JSON.parse(line) as AccuracyRow);
  } catch (cause) {
    throw new UsageError(`${path}: expected rows of copse bench accuracy, got something else`, { cause });
  }
}

function textOf({
  scheme,
  aggregate,
  peers,
  partition,
  localSteps,
  rate,
  target,
  rounds,
  bytes,
  wireBytes,
}: AccuracyRow): string {
  const where = `${scheme}, ${aggregate}, ${peers} peers, ${partition}, ${localSteps} local steps, rate ${rate}`;
  if (rounds === null || bytes === null) return `${where}: not to ${100 * target} % with each seed`;
  const wire = wireBytes === null ? "" : `, ${Math.round(wireBytes)} on the wire`;
  return `${where}: ${100 * target} % after ${Math.round(rounds)} rounds, ${Math.round(bytes)} bytes a peer${wire}`;
}
