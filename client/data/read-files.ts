import { DataError } from "./data-set.ts";
import { type Content, openContent } from "./files/content.ts";
import { counted, type ReadProgress } from "./files/counted.ts";
import type { InputFile } from "./files/input-file.ts";
import { isAside } from "./files/is-aside.ts";
import type { DataFormat, ReadOptions } from "./formats/format.ts";
import { formats } from "./formats/registry.ts";
import type { FoundFiles } from "./found-data.ts";

export interface ReadFilesOptions extends ReadOptions {
  /** Told as the files are read: in bytes of the files as they are, each as often as it is read. */
  progress?(progress: ReadProgress): void;
}

/**
 * What a person's files hold: their packing (gzip) is taken off, their one format told by content, its reader loaded and run.
 * @throws {DataError} (as a rejection) in one sentence that names the place, if they are of no or several formats, too large, or not what they claim to be
 */
export async function readFiles(files: readonly InputFile[], options: ReadFilesOptions = {}): Promise<FoundFiles> {
  const { signal, progress } = options;
  const meter = counted(files, progress);
  const wanted = meter.files.length > 1 ? meter.files.filter(({ path }) => !isAside(path)) : meter.files;
  const contents: Content[] = [];
  for (const file of wanted) contents.push(await openContent(file, signal));
  const format = oneFormatOf(contents);
  const read = await format.load();
  meter.begin(format.passes);
  const { train, test, leftOut = [] } = await read(contents, options);
  meter.end();
  const aside = meter.files.filter((file) => !wanted.includes(file)).map(({ path }) => path);
  return { format: format.name, train, test, leftOut: [...aside, ...leftOut] };
}

function oneFormatOf(contents: readonly Content[]): DataFormat {
  const [first] = contents;
  if (first === undefined) throw new DataError("data: expected at least one file, got none");
  const format = formatOf(first);
  for (const other of contents) {
    const found = formatOf(other);
    if (found !== format)
      throw new DataError(`${other.path}: expected the format ${format.name} like ${first.path}, got ${found.name}`);
  }
  return format;
}

function formatOf({ head, path }: Content): DataFormat {
  if (head.bytes.length === 0) throw new DataError(`${path}: expected data, got an empty file`);
  const found = formats.find((format) => format.isBegunBy(head));
  if (found === undefined)
    throw new DataError(`${path}: expected one of ${formats.map(({ name }) => name).join(", ")}, got something else`);
  return found;
}
