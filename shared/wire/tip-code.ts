import type { Hash } from "../base/hash.ts";
import type { Tip } from "../base/tip.ts";
import type { Version } from "../base/version.ts";
import type { Reader, Writer } from "./bytes.ts";

/** Rounds and versions stay exact in a float64. */
export const maxCount = Number.MAX_SAFE_INTEGER;

export function writeTip(writer: Writer, tip: Tip): void {
  writer.varint(tip.round);
  writeVersion(writer, tip.version);
  writeHash(writer, tip.hash);
}

export function readTip(reader: Reader): Tip {
  return { round: reader.varint(maxCount, "a round"), version: readVersion(reader), hash: readHash(reader) };
}

export function writeVersion(writer: Writer, version: Version): void {
  writer.varint(version[0]);
  writer.varint(version[1]);
}

export function readVersion(reader: Reader): Version {
  return [reader.varint(maxCount, "a version"), reader.varint(maxCount, "a version")];
}

export function writeHash(writer: Writer, hash: Hash): void {
  for (let i = 0; i < 32; i += 2) writer.byte(Number.parseInt(hash.slice(i, i + 2), 16));
}

export function readHash(reader: Reader): Hash {
  let hash = "";
  for (const byte of reader.bytes(16)) hash += byte.toString(16).padStart(2, "0");
  return hash;
}
