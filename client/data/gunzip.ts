import { Inflate } from "pako";
import { joinChunks } from "../../shared/base/join-chunks.ts";
import { DataError } from "./data-set.ts";

/** Bytes that are unpacked before other tasks get a turn. */
const sliceBytes = 2 ** 20;

/**
 * The content of a gzip file: its members, concatenated (RFC 1952), each checked by its CRC; zeros after the last are padding.
 * The same in every browser and in Node, whose own readers differ on a second member and on bytes that are no member.
 * @param name the file's name, for errors
 * @throws {DataError} (as a rejection) once the content exceeds `maxBytes`, and if the file is cut short, damaged, or has other bytes after its members
 */
export async function gunzip(bytes: Uint8Array, maxBytes: number, name: string): Promise<Uint8Array> {
  const refuse = (got: string): never => {
    throw new DataError(`${name}: expected a whole gzip file, got ${got}`);
  };
  const chunks: Uint8Array[] = [];
  let length = 0;
  let at = 0;
  for (let member = 0; at < bytes.length && (member === 0 || bytes[at] !== 0); member += 1) {
    const inflate = new Inflate({ windowBits: 31 });
    let left = (): number => 0;
    inflate.onStart = (stream) => {
      left = () => stream.avail_in;
    };
    inflate.onData = (chunk) => {
      length += chunk.length;
      if (length > maxBytes) throw new DataError(`${name}: expected at most ${maxBytes} bytes, got more`);
      chunks.push(chunk);
    };
    while (!inflate.ended && at < bytes.length) {
      const slice = bytes.subarray(at, at + sliceBytes);
      inflate.push(slice, false);
      at += slice.length - left();
      await new Promise((resolve) => setTimeout(resolve));
    }
    if (inflate.err !== 0) refuse("one that does not unpack: it is damaged, or goes on with something else");
    if (!inflate.ended) refuse("one that is cut short");
  }
  if (bytes.subarray(at).some((byte) => byte !== 0)) refuse("one that goes on with something else");
  return joinChunks(chunks, length);
}
