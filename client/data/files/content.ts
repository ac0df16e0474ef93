import { joinChunks } from "../../../shared/base/join-chunks.ts";
import { DataError } from "../data-set.ts";
import type { InputFile } from "./input-file.ts";
import { maxUnpackedBytes, piecesOf, type Source } from "./pieces.ts";

/** The beginning of a file's unpacked content. */
export interface Head {
  /** The first 64 KiB, or all of a shorter file. */
  readonly bytes: Uint8Array;
  /** Whether these are all bytes of the file. */
  readonly isWhole: boolean;
  /** The file's name, for what content alone cannot tell. */
  readonly path: string;
}

/** A file's content with its packing taken off. */
export interface Content {
  /** Without the ending of its packing (.gz). */
  readonly path: string;
  readonly head: Head;
  /** All bytes in their order, a piece at a time; may be called again. */
  chunks(): AsyncIterable<Uint8Array>;
  /** The file itself, where it is not packed: it can be read at any place. */
  readonly file: InputFile | null;
}

/** Enough to tell a format by: twenty images of CIFAR, a thousand lines of a small table. */
export const headBytes = 2 ** 16;

/**
 * The file itself, or the files in it, if it is a zip archive.
 * @throws {DataError} (as a rejection) if it is a damaged archive
 */
export async function openSources(file: InputFile, signal?: AbortSignal): Promise<readonly Source[]> {
  const start = await file.read(0, 4);
  const isZip = start[0] === 0x50 && start[1] === 0x4b && (start[2] === 3 || start[2] === 5);
  if (!isZip) return [{ path: file.path, file, pieces: () => piecesOf(file, signal) }];
  // Loaded only where there is something to unpack.
  const { zipSources } = await import("./zip.ts");
  return zipSources(file, signal);
}

/**
 * The content of a file, gzipped or not.
 * @throws {DataError} (as a rejection) if it is a damaged gzip file
 */
export async function openContent({ path, file, pieces }: Source): Promise<Content> {
  const head = await headOf(pieces(), path);
  const isPacked = head.bytes[0] === 0x1f && head.bytes[1] === 0x8b;
  if (!isPacked) return { path, head, chunks: pieces, file };
  const inner = path.replace(/\.gz(ip)?$/i, "");
  const chunks = (): AsyncIterable<Uint8Array> => unpackedOf(pieces(), path);
  return { path: inner, head: await headOf(chunks(), inner), chunks, file: null };
}

/**
 * All bytes of a content.
 * @throws {DataError} (as a rejection) if they are more than `maxBytes`
 */
export async function bytesOf({ path, chunks }: Content, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks()) {
    length += chunk.length;
    if (length > maxBytes) throw new DataError(`${path}: expected at most ${maxBytes} bytes, got more`);
    parts.push(chunk);
  }
  return joinChunks(parts, length);
}

async function headOf(chunks: AsyncIterable<Uint8Array>, path: string): Promise<Head> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length > headBytes) break;
  }
  const bytes = joinChunks(parts, length);
  return { bytes: bytes.slice(0, headBytes), isWhole: length <= headBytes, path };
}

async function* unpackedOf(pieces: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  // Loaded only where there is something to unpack.
  const { gunzipChunks } = await import("../gunzip.ts");
  yield* gunzipChunks(pieces, maxUnpackedBytes, path);
}
