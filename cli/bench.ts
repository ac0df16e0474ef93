import { Command } from "commander";
import { type AnyWireRow, measureWire, wireText } from "./bench-wire.ts";
import { hasTrainingImages } from "./bench-wire-real.ts";
import type { TypedOptions } from "./config-options.ts";
import { failWith } from "./exit.ts";

/** `copse bench`: measurements of single parts, one subcommand each. */
export function benchCommand(): Command {
  return new Command("bench").description("measure a part of Copse by itself").addCommand(wireCommand());
}

function wireCommand(): Command {
  const command = new Command("wire")
    .description("bits an index and time of the wire, beside the bound, a copy of the vector, and what others would send")
    .option("--quick", "lengths up to a million only")
    .option("--data <folder>", "IDX files of images, gzipped or not: supports of real training, too")
    .option("--json", "print JSON lines instead of text");
  return command.action(async (typed: TypedOptions) => {
    try {
      const print = (row: AnyWireRow): void =>
        void process.stdout.write(`${typed["json"] === true ? JSON.stringify(row) : wireText(row)}\n`);
      const folder = typed["data"] === undefined ? null : String(typed["data"]);
      const data = folder !== null && hasTrainingImages(folder) ? folder : null;
      await measureWire({ quick: typed["quick"] === true, data }, print);
      if (data === null)
        process.stderr.write(
          `Supports of real training are left out: expected train-images… and train-labels… in --data, got ${folder ?? "none"}\n`,
        );
    } catch (error) {
      failWith(command, error);
    }
  });
}
