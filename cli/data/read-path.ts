import type { FoundFiles } from "../../client/data/found-data.ts";
import { type ReadFilesOptions, readFiles } from "../../client/data/read-files.ts";
import { decodeImage } from "../../client/node/decode-image.ts";
import { inputFiles } from "../../client/node/input-files.ts";
import { UsageError } from "../support/exit.ts";

/** Options that say how files are read, as commander gives them. */
export interface TypedReading {
  /** --header, --no-header */
  readonly header?: boolean;
  /** --size <height>x<width> */
  readonly size?: string;
}

/** What the file or folder at a path holds. @throws {UsageError | DataError} (as a rejection) if it cannot be read */
export async function readPath(path: string, { header, size }: TypedReading): Promise<FoundFiles> {
  const options: ReadFilesOptions = {
    decodeImage,
    ...(header === undefined ? {} : { header }),
    ...(size === undefined ? {} : { imageSize: sizeOf(size) }),
  };
  return readFiles(await inputFiles(path), options);
}

function sizeOf(text: string): { readonly height: number; readonly width: number } {
  const [, height, width] = /^(\d{1,4})[x×](\d{1,4})$/.exec(text) ?? [];
  const [rows, columns] = [Number(height), Number(width)];
  if (rows >= 1 && columns >= 1) return { height: rows, width: columns };
  throw new UsageError(`--size: expected a height and a width in pixels, such as 32x32, got ${text}`);
}
