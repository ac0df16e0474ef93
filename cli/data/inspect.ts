import { Command } from "commander";
import { formatCount, inTerminal } from "../../client/base/format.ts";
import { type ColumnSummary, type DataSummary, type PartSummary, summaryOf } from "../../client/data/data-summary.ts";
import { formats } from "../../client/data/formats/registry.ts";
import { failWith } from "../support/exit.ts";
import { filesAt } from "../support/files-at.ts";
import { addReadingOptions, readingOf, type TypedReading } from "../support/reading-options.ts";
import { print, printJson } from "../support/terminal.ts";
import { bar, columnsOf } from "./bars.ts";

/** Lines of a list before it is cut. */
const maxLines = 20;

interface Typed extends TypedReading {
  readonly label?: string;
  readonly json?: boolean;
}

/** `copse data inspect`: what files hold, before anything is trained on them. */
export function inspectCommand(): Command {
  const command = new Command("inspect")
    .description("tell what a file or a folder holds: format, shape, classes, missing values, and what would be refused where")
    .argument("<path>", "a file or a folder, packed by gzip or zip or not");
  return addReadingOptions(command)
    .option("--json", "print one JSON line instead of text")
    .action(async (path: string, typed: Typed) => {
      try {
        const summary = summaryOf(await filesAt(path, readingOf(typed)), typed.label ?? null);
        if (typed.json === true) printJson({ type: "data", ...summary });
        else print(inTerminal(textOf(summary)));
      } catch (error) {
        failWith(command, error);
      }
    });
}

function textOf({ format, train, test, label, problem, leftOut }: DataSummary): string {
  const { summary } = formats.find(({ name }) => name === format)!;
  return [
    `format    ${format} (${summary})`,
    `train     ${sizeOf(train)}`,
    `held out  ${test === null ? "no part of the files" : sizeOf(test)}`,
    ...(label === null ? [] : [`label     ${label}`]),
    ...(leftOut.length === 0 ? [] : [`left out  ${cut(leftOut, 5).join(", ")}`]),
    ...(train.classes === null
      ? []
      : [
          "",
          ...classLines(train.classes, train.columns.find(({ name }) => name === label)?.kind === "number" ? "value" : "class"),
        ]),
    ...(train.columns.length === 0 ? [] : ["", ...columnLines(train.columns)]),
    ...(problem === null ? [] : ["", `refused: ${problem}`]),
  ].join("\n");
}

function sizeOf({ kind, size, shape }: PartSummary): string {
  const unit = { images: "images", table: "rows", text: "characters" }[kind];
  return `${formatCount(size)} ${unit}, ${shape}`;
}

function classLines(classes: NonNullable<PartSummary["classes"]>, heading: string): readonly string[] {
  const greatest = Math.max(...classes.map(({ samples }) => samples));
  const rows = classes.map(({ name, samples }) => [name, formatCount(samples), bar(samples, greatest)]);
  return cut(columnsOf([[heading, "samples"], ...rows]), maxLines + 1);
}

function columnLines(columns: readonly ColumnSummary[]): readonly string[] {
  const rows = columns.map(({ name, kind, missing, range, different }) => [
    name,
    { number: "numbers", category: "categories", text: "texts" }[kind],
    formatCount(missing),
    ...(range === null ? [different === null ? "" : `${formatCount(different)} different`] : range.map(shortNumber)),
  ]);
  return cut(columnsOf([["column", "kind", "missing", "least", "mean", "greatest"], ...rows]), maxLines + 1);
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function cut(lines: readonly string[], count: number): readonly string[] {
  return lines.length > count ? [...lines.slice(0, count), `… and ${formatCount(lines.length - count)} more`] : lines;
}
