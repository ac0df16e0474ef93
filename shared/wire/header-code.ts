import type { Hash } from "../base/hash.ts";
import type { Tip } from "../base/tip.ts";
import { WireError } from "../base/wire-error.ts";
import type { TopologyName } from "../tree/topologies.ts";
import type { Reader, Writer } from "./bytes.ts";
import { readContributors, writeContributors } from "./contributors-code.ts";
import type { Header } from "./messages.ts";
import { readHash, readVersion, writeHash, writeVersion } from "./tip-code.ts";

/** Rounds that a snapshot tells of: a fork is never so deep. */
export const maxHeaders = 64;

interface Chain {
  readonly previous: Hash;
  readonly headers: readonly Header[];
}

/** count · hash before the first · { version · contributors · hash } of each; with none, the hash before the tip. */
export function writeHeaders(writer: Writer, { previous, headers }: Chain, tree: TopologyName): void {
  writer.varint(headers.length);
  writeHash(writer, headers[0]?.previous ?? previous);
  for (const { version, contributors, hash } of headers) {
    writeVersion(writer, version);
    writeContributors(writer, contributors, tree);
    writeHash(writer, hash);
  }
}

/** @throws {WireError} unless the headers lead to the tip */
export function readHeaders(reader: Reader, tree: TopologyName, tip: Tip): Chain {
  const count = reader.varint(Math.min(maxHeaders, tip.round), "a header count");
  let previous = readHash(reader);
  const before = previous;
  const headers: Header[] = [];
  for (let round = tip.round - count + 1; round <= tip.round; round += 1) {
    const version = readVersion(reader);
    const contributors = readContributors(reader, tree);
    const hash = readHash(reader);
    headers.push({ round, version, contributors, hash, previous });
    previous = hash;
  }
  if (count > 0 && previous !== tip.hash) throw new WireError(`expected headers that lead to ${tip.hash}, got ${previous}`);
  return { previous: headers.at(-1)?.previous ?? before, headers };
}
