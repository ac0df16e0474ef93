import { DataError } from "./data-set.ts";
import { type Content, openContent, openSources } from "./files/content.ts";
import { counted, type ReadProgress } from "./files/counted.ts";
import type { InputFile } from "./files/input-file.ts";
import { isAside } from "./files/is-aside.ts";
import type { Source } from "./files/pieces.ts";
import { foreignName } from "./formats/foreign-name.ts";
import type { DataFormat, ReadOptions } from "./formats/format.ts";
import { formats } from "./formats/registry.ts";
import type { FoundFiles } from "./found-data.ts";

export interface ReadFilesOptions extends ReadOptions {
  /** Told as the files are read: in bytes of the files as they are, each as often as it is read. */
  progress?(progress: ReadProgress): void;
}

/**
 * What a person's files hold: their packing (gzip, zip) is taken off, their one format told by content, its reader loaded and run.
 * @throws {DataError} (as a rejection) in one sentence that names the place, if they are of no or several formats, too large, or not what they claim to be
 */
export async function readFiles(files: readonly InputFile[], options: ReadFilesOptions = {}): Promise<FoundFiles> {
  const { signal, progress } = options;
  const meter = counted(files, progress);
  const sources: Source[] = [];
  for (const file of meter.files) sources.push(...(await openSources(file, signal)));
  const wanted = sources.length > 1 ? sources.filter(({ path }) => !isAside(path)) : sources;
  const { format, contents } = await openAll(wanted);
  if (options.imageSize !== undefined && format.name !== "pictures")
    throw new DataError(`size: expected pictures to bring to it, got files of the format ${format.name}`);
  const read = await format.load();
  meter.begin(format.passes);
  const { train, test, leftOut = [] } = await read(contents, options);
  meter.end();
  const aside = sources.filter((source) => !wanted.includes(source)).map(({ path }) => path);
  return { format: format.name, train, test, leftOut: [...aside, ...leftOut] };
}

/** The contents of files, and the one format that they have. */
async function openAll(
  sources: readonly Source[],
): Promise<{ readonly format: DataFormat; readonly contents: readonly Content[] }> {
  const contents: Content[] = [];
  let format: DataFormat | null = null;
  for (const source of sources) {
    const content = await openContent(source);
    const found = formatOf(content);
    format ??= found;
    if (found !== format)
      throw new DataError(`${content.path}: expected the format ${format.name} like ${contents[0]!.path}, got ${found.name}`);
    // Only the paths of many small files are kept.
    contents.push(format.isOneSample ? { ...content, head: { ...content.head, bytes: new Uint8Array() } } : content);
  }
  if (format === null) throw new DataError("data: expected at least one file, got none");
  return { format, contents };
}

function formatOf({ head, path }: Content): DataFormat {
  if (head.bytes.length === 0) throw new DataError(`${path}: expected data, got an empty file`);
  const found = formats.find((format) => format.isBegunBy(head));
  if (found === undefined)
    throw new DataError(`${path}: expected one of ${formats.map(({ name }) => name).join(", ")}, got ${foreignName(head.bytes)}`);
  return found;
}
