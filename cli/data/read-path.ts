import type { Command } from "commander";
import type { FoundFiles } from "../../client/data/found-data.ts";
import { UsageError } from "../support/exit.ts";
import { filesAt } from "../support/files-at.ts";

/** Options that say how files are read, as commander gives them. */
export interface TypedReading {
  /** --header, --no-header */
  readonly header?: boolean;
  /** --size <height>x<width> */
  readonly size?: string;
}

/** Adds what tells how the files at a path are read, and what is learned of them. */
export function addReadingOptions(command: Command): Command {
  return command
    .option(
      "--label <column>",
      "the column to learn (default: the one that the format marks, or one named label, class, target or y, or the last)",
    )
    .option("--header", "the first row of a table names its columns (default: told by content)")
    .option("--no-header", "it does not")
    .option("--size <height>x<width>", "bring pictures to this size (default: all must have the size of the first)")
    .option("--json", "print one JSON line instead of text");
}

/** What the file or folder at a path holds. @throws {UsageError | DataError} (as a rejection) if it cannot be read */
export async function readPath(path: string, { header, size }: TypedReading): Promise<FoundFiles> {
  return filesAt(path, {
    ...(header === undefined ? {} : { header }),
    ...(size === undefined ? {} : { imageSize: sizeOf(size) }),
  });
}

function sizeOf(text: string): { readonly height: number; readonly width: number } {
  const [, height, width] = /^(\d{1,4})[x×](\d{1,4})$/.exec(text) ?? [];
  const [rows, columns] = [Number(height), Number(width)];
  if (rows >= 1 && columns >= 1) return { height: rows, width: columns };
  throw new UsageError(`--size: expected a height and a width in pixels, such as 32x32, got ${text}`);
}
