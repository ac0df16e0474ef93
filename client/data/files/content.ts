import { joinChunks } from "../../../shared/base/join-chunks.ts";
import { DataError } from "../data-set.ts";
import type { InputFile } from "./input-file.ts";

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

/** Bytes of a file that are asked for at once. */
const pieceBytes = 2 ** 20;
/** Enough to tell a format by: twenty images of CIFAR, a thousand lines of a small table. */
export const headBytes = 2 ** 16;
/** A tab cannot train on more; a file that unpacks to more is broken or a bomb. */
export const maxUnpackedBytes = 2 ** 30;

/**
 * The content of a file, gzipped or not.
 * @throws {DataError} (as a rejection) if it is a damaged gzip file
 */
export async function openContent(file: InputFile, signal?: AbortSignal): Promise<Content> {
  const start = await file.read(0, 2);
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  const chunks = isPacked ? () => unpackedOf(file, signal) : () => piecesOf(file, signal);
  const path = isPacked ? file.path.replace(/\.gz(ip)?$/i, "") : file.path;
  return { path, head: await headOf(chunks(), path), chunks, file: isPacked ? null : file };
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

async function* piecesOf(file: InputFile, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += pieceBytes) {
    signal?.throwIfAborted();
    const piece = await file.read(at, Math.min(at + pieceBytes, file.size));
    if (piece.length !== Math.min(pieceBytes, file.size - at))
      throw new DataError(`${file.path}: expected ${file.size} bytes, got ${at + piece.length}: it has changed meanwhile`);
    yield piece;
  }
}

async function* unpackedOf(file: InputFile, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  // Loaded only where there is something to unpack.
  const { gunzipChunks } = await import("../gunzip.ts");
  yield* gunzipChunks(piecesOf(file, signal), maxUnpackedBytes, file.path);
}
