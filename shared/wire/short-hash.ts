import type { Hash } from "../base/hash.ts";
import type { Reader, Writer } from "./bytes.ts";

/** Bytes of a hash by which replicas are compared: two that differ agree in them with a probability of 2⁻⁶⁴. */
const shortBytes = 8;
const digits = 32;

/** The first 64 bits of a hash. */
export function writeShortHash(writer: Writer, hash: Hash): void {
  for (let i = 0; i < 2 * shortBytes; i += 2) writer.byte(Number.parseInt(hash.slice(i, i + 2), 16));
}

/** A hash of which the first 64 bits are known; the others stand as 0. */
export function readShortHash(reader: Reader): Hash {
  let hash = "";
  for (const byte of reader.bytes(shortBytes)) hash += byte.toString(16).padStart(2, "0");
  return hash.padEnd(digits, "0");
}

/** Whether two hashes agree in their first 64 bits: all that a total says of its round's. */
export function agree(a: Hash, b: Hash): boolean {
  return a.slice(0, 2 * shortBytes) === b.slice(0, 2 * shortBytes);
}

/** A hash of which only the first 32 bits are known; the others stand as 0. */
export function prefixOf(word: number): Hash {
  return word.toString(16).padStart(8, "0").padEnd(digits, "0");
}
