import { WireError } from "../base/wire-error.ts";
import type { Support } from "../vector/update.ts";
import type { Reader, Writer } from "./bytes.ts";
import { readIndices, writeIndices } from "./index-codes/index-section.ts";

/** The bytes that name the kinds of support: their places here. */
const kinds: readonly Support["kind"][] = ["all", "indices", "seeded", "prefix", "places"];

const maxSeed = 2 ** 32 - 1;

/** The byte that names the kind of a support. */
export function supportAt({ kind }: Support): number {
  return kinds.indexOf(kind);
}

/**
 * For all: nothing; for indices and places: their count (varint), then their section; for seeded: seed (varint, below 2³²), count
 * (varint); for a prefix: count (varint).
 */
export function writeSupport(writer: Writer, support: Support, length: number): void {
  if (support.kind === "indices" || support.kind === "places") {
    writer.varint(support.indices.length);
    writeIndices(writer, support.indices, length);
  } else if (support.kind === "seeded") {
    writer.varint(support.seed);
    writer.varint(support.count);
  } else if (support.kind === "prefix") {
    writer.varint(support.count);
  }
}

interface Expected {
  readonly length: number;
  /** Bytes of so many values, which are to follow. */
  readonly valueBytes: (count: number) => number;
  /** The most places without values. */
  readonly places: number;
}

/**
 * A support, and the number of its entries; nothing is allocated for more entries than there are values, or than there may be places.
 * @throws {WireError} on a kind that does not exist, more entries than coordinates, values or places, indices that are none
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
    case "prefix": {
      const count = readCount(reader, expected);
      return { support: { kind: "prefix", count }, count };
    }
    case "places": {
      const count = reader.varint(Math.min(length, expected.places), "a count of places");
      return { support: { kind: "places", indices: readIndices(reader, count, length) }, count };
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
