import { WireError } from "../base/wire-error.ts";
import { type Contributors, countOf, exceptionsOf, lowestOf, withExceptions } from "../tree/contributors.ts";
import type { TopologyName } from "../tree/topologies.ts";
import type { Reader, Writer } from "./bytes.ts";

const maxMembers = 4096;

/**
 * members · 2 · apex + 1, if there are exceptions · [count · gaps]: exceptions are the positions in which the set differs from the subtree
 * of the apex.
 */
export function writeContributors(writer: Writer, set: Contributors, tree: TopologyName): void {
  const apex = lowestOf(set);
  const exceptions = exceptionsOf(set, tree, apex);
  writer.varint(set.members);
  writer.varint(2 * apex + (exceptions.length > 0 ? 1 : 0));
  if (exceptions.length === 0) return;
  writer.varint(exceptions.length);
  let previous = 0;
  for (const position of exceptions) {
    writer.varint(position - previous);
    previous = position;
  }
}

/** @throws {WireError} unless the set is a well-formed one of at least one position */
export function readContributors(reader: Reader, tree: TopologyName): Contributors {
  const members = reader.varint(maxMembers, "a roster size");
  if (members === 0) throw new WireError("expected a roster of at least 1, got 0");
  const head = reader.varint(2 * members - 1, "a position");
  const apex = head >> 1;
  const exceptions: number[] = [];
  let position = 0;
  const count = head % 2 === 1 ? reader.varint(members, "an exception count") : 0;
  if (head % 2 === 1 && count === 0) throw new WireError("expected at least one exception, got none");
  for (let left = count; left > 0; left -= 1) {
    const gap = reader.varint(members, "a gap between exceptions");
    if (gap === 0 && exceptions.length > 0) throw new WireError("expected ascending exceptions, got one twice");
    position += gap;
    if (position >= members) throw new WireError(`expected a position below ${members}, got ${position}`);
    exceptions.push(position);
  }
  const set = withExceptions(members, tree, apex, exceptions);
  if (countOf(set) === 0) throw new WireError("expected at least one contributor, got none");
  return set;
}
