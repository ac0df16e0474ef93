import { DataError } from "../data-set.ts";
import type { InputFile } from "./input-file.ts";

/** Bytes of a file that are asked for at once. */
const pieceBytes = 2 ** 20;
/** A tab cannot train on more; a file that unpacks to more is broken or a bomb. */
export const maxUnpackedBytes = 2 ** 30;

/** A file of the person's, or one in an archive of theirs. */
export interface Source {
  readonly path: string;
  /** All bytes in their order, a piece at a time; may be called again. */
  pieces(): AsyncIterable<Uint8Array>;
  /** null: it is in an archive. */
  readonly file: InputFile | null;
}

/** A file's bytes, a piece at a time. @throws {DataError} (as a rejection) if it has shrunk */
export async function* piecesOf(file: InputFile, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += pieceBytes) {
    signal?.throwIfAborted();
    const piece = await file.read(at, Math.min(at + pieceBytes, file.size));
    if (piece.length !== Math.min(pieceBytes, file.size - at))
      throw new DataError(`${file.path}: expected ${file.size} bytes, got ${at + piece.length}: it has changed meanwhile`);
    yield piece;
  }
}
