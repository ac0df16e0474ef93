import { WireError } from "../base/wire-error.ts";
import type { Support } from "../vector/update.ts";
import type { Reader, Writer } from "./bytes.ts";
import { readIndices, writeIndices } from "./index-codes/index-section.ts";

/** The bytes that name the kinds of support: their places here. */
const kinds: readonly Support["kind"][] = ["all", "indices", "seeded"];

const maxSeed = 2 ** 32 - 1;

/** The byte that names the kind of a support. */
export function supportAt({ kind }: Support): number {
  return kinds.indexOf(kind);
}

/** For all: nothing; for indices: their count (varint), then their section; for seeded: seed (varint, below 2³²), count (varint). */
export function writeSupport(writer: Writer, support: Support, length: number): void {
  if (support.kind === "indices") {
    writer.varint(support.indices.length);
    writeIndices(writer, support.indices, length);
  } else if (support.kind === "seeded") {
    writer.varint(support.seed);
    writer.varint(support.count);
  }
}

interface Expected {
  readonly length: number;
  /** Bytes of so many values, which are to follow. */
  readonly valueBytes: (count: number) => number;
}

/**
 * A support, and the number of its entries; nothing is allocated for more entries than there are values.
 * @throws {WireError} on a kind that does not exist, more entries than coordinates or than values, indices that are none
 */
export function readSupport(reader: Reader, kind: number, expected: Expected): { support: Support; count: number } {
  const { length } = expected;
  switch (kinds[kind]) {
    case "all":
      return { support: { kind: "all" }, count: length };
    case "indices": {
      const count = readCount(reader, expected);
      return { support: { kind: "indices", indices: readIndices(reader, count, length) }, count };
    }
    case "seeded": {
      const seed = reader.varint(maxSeed, "a seed");
      const count = readCount(reader, expected);
      return { support: { kind: "seeded", seed, count }, count };
    }
    default:
      throw new WireError(`expected a support from 0 to ${kinds.length - 1}, got ${kind}`);
  }
}

function readCount(reader: Reader, { length, valueBytes }: Expected): number {
  const count = reader.varint(length, "an entry count");
  const bytes = valueBytes(count);
  if (reader.left < bytes) throw new WireError(`expected at least ${bytes} bytes for ${count} entries, got ${reader.left}`);
  return count;
}
