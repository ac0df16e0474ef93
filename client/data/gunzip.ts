import { Inflate } from "pako";
import { joinChunks } from "../../shared/base/join-chunks.ts";
import { DataError } from "./data-set.ts";

/** Bytes that are unpacked at once: 16 MiB at most, since deflate packs 1,032 to 1 at best (RFC 1951). */
const sliceBytes = 2 ** 14;
/** Bytes that are read or unpacked before other tasks get a turn. */
const turnBytes = 2 ** 20;

/**
 * The content of a gzip file: its members, concatenated (RFC 1952), each checked by its CRC; zeros after the last are padding.
 * The same in every browser and in Node, whose own readers differ on a second member and on bytes that are no member.
 * @param name the file's name, for errors
 * @throws {DataError} (as a rejection) once the content exceeds `maxBytes`, and if the file is cut short, damaged, or has other bytes after its members
 */
export async function gunzip(bytes: Uint8Array, maxBytes: number, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of gunzipChunks([bytes], maxBytes, name)) {
    chunks.push(chunk);
    length += chunk.length;
  }
  return joinChunks(chunks, length);
}

/** `gunzip` a piece at a time: holds 16 MiB at most, whatever is packed. */
export async function* gunzipChunks(
  packed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  const refuse = (got: string): never => {
    throw new DataError(`${name}: expected a whole gzip file, got ${got}`);
  };
  let length = 0;
  let turn = 0;
  let unpacked: Uint8Array[] = [];
  let left = (): number => 0;
  const begin = (): Inflate => {
    const inflate = new Inflate({ windowBits: 31 });
    inflate.onStart = (stream) => {
      left = () => stream.avail_in;
    };
    inflate.onData = (chunk) => {
      length += chunk.length;
      turn += chunk.length;
      if (length > maxBytes) throw new DataError(`${name}: expected at most ${maxBytes} bytes, got more`);
      unpacked.push(chunk);
    };
    return inflate;
  };
  let inflate: Inflate | null = null;
  let isPadding = false;
  let members = 0;
  for await (const piece of packed) {
    for (let at = 0; at < piece.length; ) {
      if (inflate === null && members > 0 && piece[at] === 0) isPadding = true;
      if (isPadding) {
        if (piece.subarray(at).some((byte) => byte !== 0)) refuse("one that goes on with something else");
        break;
      }
      inflate ??= begin();
      const slice = piece.subarray(at, at + sliceBytes);
      inflate.push(slice, false);
      at += slice.length - left();
      turn += slice.length - left();
      yield* unpacked;
      unpacked = [];
      if (inflate.err !== 0) refuse("one that does not unpack: it is damaged, or goes on with something else");
      if (inflate.ended) [inflate, members] = [null, members + 1];
      if (turn < turnBytes) continue;
      turn = 0;
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  if (inflate !== null || members === 0) refuse("one that is cut short");
}
