import { Command } from "commander";
import { failWith } from "../support/exit.ts";
import { modelPackages, requirePackages } from "../support/require-packages.ts";
import { print, printJson } from "../support/terminal.ts";
import { accuracyComparison } from "./accuracy-cases.ts";
import type { AccuracyRow } from "./bench-accuracy.ts";

interface Typed {
  readonly quick?: boolean;
  readonly data?: string;
  readonly json?: boolean;
}

/** `copse bench accuracy`: what each method costs until the model has an accuracy. */
export function accuracyCommand(): Command {
  const command = new Command("accuracy")
    .description("bytes that a peer sends until the model after a round has 97 % on MNIST's held-out digits, by method")
    .option("--quick", "two methods on drawn digits, to 50 %")
    .option("--data <folder>", "MNIST's four IDX files, gzipped or not")
    .option("--json", "print JSON lines instead of text")
    .addHelpText(
      "after",
      "\nAll of it takes hours. Each method at its best rate of three by the first seed; means over three seeds.",
    );
  return command.action(async ({ quick, data, json }: Typed) => {
    try {
      requirePackages("bench accuracy", modelPackages);
      const { accuracyRows } = await import("./bench-accuracy.ts");
      const comparison = accuracyComparison({ isQuick: quick === true, folder: data ?? null });
      for await (const row of accuracyRows(comparison)) {
        if (json === true) printJson(row);
        else print(textOf(row));
      }
    } catch (error) {
      failWith(command, error);
    }
  });
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
