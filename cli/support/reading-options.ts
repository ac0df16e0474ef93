import type { Command } from "commander";
import { parseImageSize } from "../../client/data/parse-image-size.ts";
import type { ReadFilesOptions } from "../../client/data/read-files.ts";
import { tokenizerNames } from "../../client/data/tokenizers/tokenizer-names.ts";
import { UsageError } from "./exit.ts";

/** Options that say how files are read, as commander gives them. */
export interface TypedReading {
  /** --header, --no-header */
  readonly header?: boolean;
  /** --size <height>x<width> */
  readonly size?: string;
}

/** Adds what tells how the files at a path are read, and what is learned of them. @param data how an option of own data begins its text */
export function addReadingOptions(command: Command, data = ""): Command {
  const which = "the one that the format marks, or one named label, class, target or y, or the last";
  return command
    .option("--label <column>", `${data}the column to learn (default: ${which})`)
    .option("--header", `${data}the first row of a table names its columns (default: told by content)`)
    .option("--no-header", `${data}it does not`)
    .option("--size <height>x<width>", `${data}bring pictures to this size (default: all must have the size of the first)`);
}

/** The same, and what makes tokens of a text, where files are trained on. */
export function addOwnDataOptions(command: Command): Command {
  return addReadingOptions(command, "own data: ").option(
    "--tokenizer <name>",
    `own data: what makes tokens of a text, ${tokenizerNames.join(", ")} (default: characters, or bytes where more than 512 differ)`,
  );
}

/** How the files are read. @throws {UsageError} naming the option */
export function readingOf({ header, size }: TypedReading): Pick<ReadFilesOptions, "header" | "imageSize"> {
  return {
    ...(header === undefined ? {} : { header }),
    ...(size === undefined ? {} : { imageSize: sizeOf(size) }),
  };
}

/** The flags of own data that were typed, each with its value: for another process. */
export function readingFlagsOf(typed: Readonly<Record<string, unknown>>): readonly string[] {
  const valued = ["label", "size", "tokenizer"].flatMap((key) =>
    typed[key] === undefined ? [] : [`--${key}`, String(typed[key])],
  );
  const { header } = typed;
  return header === undefined ? valued : [...valued, header === true ? "--header" : "--no-header"];
}

function sizeOf(text: string): { readonly height: number; readonly width: number } {
  const size = parseImageSize(text);
  if (size !== null) return size;
  throw new UsageError(`--size: expected a height and a width in pixels, such as 32x32, got ${text}`);
}
