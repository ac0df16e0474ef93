import { WireError } from "../base/wire-error.ts";
import { partsOf, type Sum } from "../sum/gathered.ts";
import type { Metrics, Part } from "../sum/part.ts";
import { countOf } from "../tree/contributors.ts";
import type { TopologyName } from "../tree/topologies.ts";
import { valueFormatOf } from "../vector/formats/value-formats.ts";
import type { UpdateBreakdown } from "./byte-breakdown.ts";
import type { Reader, Writer } from "./bytes.ts";
import { readContributors, writeContributors } from "./contributors-code.ts";
import { readSums, writeSums } from "./metric-sums-code.ts";
import type { SumShape } from "./sum-shape.ts";
import { readUpdate, writeUpdate } from "./update-code.ts";

/**
 * What one contributor may add to each count, and (as a magnitude) to the weight and each real metric: the sums of 4,096
 * contributors stay exact, or finite, and a total passes wherever its parts did.
 */
export const maxPerContributor = 2 ** 40;

/** Alignment (bytes) of float32 values, counted from the message's start. */
const alignment = 4;

/** The bytes that name an update's support and format. */
const updateHeadBytes = 2;

/** A part that was read, as it came. */
interface Carried {
  readonly bytes: Uint8Array;
  /** Where it began in its message, modulo the alignment of its values. */
  readonly offset: number;
  readonly breakdown: UpdateBreakdown;
}

/** Forgotten with the parts themselves. */
const carried = new WeakMap<Part, Carried>();

/**
 * contributors · weight · metrics · the sum's updates. A part that came in a message, and goes on unchanged, is not encoded again.
 * @returns how many of the bytes are indices and values
 */
export function writePart(writer: Writer, part: Part, tree: TopologyName): UpdateBreakdown {
  const known = carried.get(part);
  if (known !== undefined && known.offset === writer.length % alignment) {
    writer.bytes(known.bytes);
    return known.breakdown;
  }
  writeContributors(writer, part.contributors, tree);
  writer.float64(part.weight);
  writer.varint(part.metrics.samples);
  writer.varint(part.metrics.tested);
  writeSums(writer, part.metrics.sums);
  writer.float64(part.metrics.trainingLoss);
  writer.float64(part.metrics.trainingMs);
  const breakdown = { index: 0, value: 0 };
  for (const update of partsOf(part.sum)) {
    const { index, value } = writeUpdate(writer, update);
    breakdown.index += index;
    breakdown.value += value;
  }
  return breakdown;
}

/** @throws {WireError} on anything that `writePart` does not write for this shape */
export function readPart(reader: Reader, tree: TopologyName, shape: SumShape): Part {
  const offset = reader.position % alignment;
  const all = reader.rest();

  const contributors = readContributors(reader, tree);
  const most = maxPerContributor * countOf(contributors);
  const real = (what: string): number => {
    const value = reader.float64(what);
    if (Math.abs(value) > most) throw new WireError(`expected a ${what} of at most ${most}, got ${value}`);
    return value;
  };
  const weight = real("weight");
  if (!(weight > 0)) throw new WireError(`expected a positive weight, got ${weight}`);
  const metrics: Metrics = {
    samples: reader.varint(most, "a sample count"),
    tested: reader.varint(most, "a test count"),
    sums: readSums(reader, most),
    trainingLoss: real("loss"),
    trainingMs: real("duration"),
  };
  const before = reader.position;
  const part: Part = { contributors, weight, metrics, sum: readSum(reader, shape, countOf(contributors)) };
  const breakdown = breakdownOf(part.sum, reader.position - before);
  carried.set(part, { bytes: all.subarray(0, all.length - reader.left), offset, breakdown });
  return part;
}

/** Zeros for alignment count as indices. */
function breakdownOf(sum: Sum, bytes: number): UpdateBreakdown {
  const updates = partsOf(sum);
  const value = updates.reduce((all, { values }) => all + valueFormatOf(values.format).size(values.data.length), 0);
  return { index: bytes - value - updateHeadBytes * updates.length, value };
}

/** One update; of what is gathered, one for each contributor. An update takes at least a byte, so a forged count soon runs dry. */
function readSum(reader: Reader, { length, isGathered }: SumShape, contributors: number): Sum {
  if (!isGathered) return readUpdate(reader, length);
  return { kind: "gathered", length, parts: Array.from({ length: contributors }, () => readUpdate(reader, length)) };
}
