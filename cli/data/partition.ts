import { Command } from "commander";
import { formatCount, inTerminal } from "../../client/base/format.ts";
import { DataError } from "../../client/data/data-set.ts";
import { dealingKeys, labelKeys, sampleCount } from "../../client/data/dealing-keys.ts";
import type { FoundData } from "../../client/data/found-data.ts";
import { histogram, partition } from "../../client/data/partition.ts";
import { schemaOf } from "../../client/data/schema/schema-of.ts";
import { dealingUsages, either, parseDealing } from "../../shared/run/dealing.ts";
import { wholeNumber } from "../support/config-options.ts";
import { failWith, UsageError } from "../support/exit.ts";
import { filesAt } from "../support/files-at.ts";
import { addReadingOptions, readingOf, type TypedReading } from "../support/reading-options.ts";
import { print, printJson } from "../support/terminal.ts";
import { bar, columnsOf } from "./bars.ts";

/** Classes that have a column of their own in the text. */
const maxClasses = 12;

/** A dealt data set, as `copse data partition --json` prints it. */
interface PartitionLine {
  readonly type: "partition";
  readonly partition: string;
  readonly partitions: number;
  readonly seed: number;
  readonly samples: number;
  readonly classes: readonly string[];
  /** Samples of each class in each partition. */
  readonly histogram: readonly (readonly number[])[];
}

interface Typed extends TypedReading {
  readonly label?: string;
  readonly partition: string;
  readonly partitions: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `copse data partition`: who would have what, before anything is trained. */
export function partitionCommand(): Command {
  const command = new Command("partition")
    .description("show how a file or a folder would be dealt to peers: samples of each class in each partition")
    .argument("<path>", "a file or a folder, packed by gzip or zip or not")
    .requiredOption("--partition <kind>", either(dealingUsages.filter((usage) => usage !== "writers")))
    .requiredOption("--partitions <n>", "into how many")
    .option("--seed <n>", "same seed, same partitions", "1");
  return addReadingOptions(command)
    .option("--json", "print one JSON line instead of text")
    .action(async (path: string, typed: Typed) => {
      try {
        const partitions = wholeNumber(typed.partitions, "--partitions", { min: 1, max: 4_096 });
        const seed = wholeNumber(typed.seed, "--seed", { min: 0, max: 0xffffffff });
        const { train } = await filesAt(path, readingOf(typed));
        const line = deal(train, { ...typed, label: typed.label ?? null, partitions, seed });
        if (typed.json === true) printJson(line);
        else print(inTerminal(textOf(line)));
      } catch (error) {
        failWith(command, error);
      }
    });
}

interface DealRun {
  readonly label: string | null;
  readonly partition: string;
  readonly partitions: number;
  readonly seed: number;
}

/** @throws {UsageError | DataError} if it cannot be dealt so */
function deal(found: FoundData, { label, partition: text, partitions, seed }: DealRun): PartitionLine {
  const dealing = parseDealing(text);
  if (typeof dealing === "string") throw new UsageError(`--partition: ${dealing}, got ${text}`);
  if (dealing.kind === "writers")
    throw new UsageError("--partition: expected one of files, whose writers are not known, got writers");
  if (found.kind === "text")
    throw new DataError("data: expected images or a table, got a text: it is cut into pieces of one length, and has no classes");
  const schema = schemaOf(found, { label });
  const named = schema.kind === "table" ? schema.label.name : null;
  const { keys, names } = labelKeys(found, named);
  const parts = partition(dealingKeys(found, dealing, named).keys, partitions, dealing, seed);
  const samples = sampleCount(found)!;
  return {
    type: "partition",
    partition: text,
    partitions,
    seed,
    samples,
    classes: names,
    histogram: histogram(parts, keys, names.length),
  };
}

function textOf({ partition: text, partitions, seed, samples, classes, histogram: counts }: PartitionLine): string {
  const sizes = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const greatest = Math.max(...sizes);
  const isWide = classes.length > maxClasses;
  const heading = isWide ? ["partition", "samples", "classes"] : ["partition", ...classes, "samples"];
  const rows = counts.map((row, id) => {
    const size = formatCount(sizes[id]!);
    const cells = isWide ? [size, String(row.filter((count) => count > 0).length)] : [...row.map(formatCount), size];
    return [String(id), ...cells, bar(sizes[id]!, greatest)];
  });
  return [
    `${formatCount(samples)} samples by ${text} in ${partitions} partitions, seed ${seed}`,
    "",
    ...columnsOf([heading, ...rows]),
  ].join("\n");
}
