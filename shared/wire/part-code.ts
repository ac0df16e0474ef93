import { bytesOf } from "../base/hash.ts";
import { WireError } from "../base/wire-error.ts";
import { partsOf, type Sum } from "../sum/gathered.ts";
import type { Part } from "../sum/part.ts";
import { countOf } from "../tree/contributors.ts";
import type { TopologyName } from "../tree/topologies.ts";
import { valueFormatOf } from "../vector/formats/value-formats.ts";
import type { PartBreakdown, UpdateBreakdown } from "./byte-breakdown.ts";
import { createReader, type Reader, type Writer } from "./bytes.ts";
import { readContributors, writeContributors } from "./contributors-code.ts";
import { readFloats } from "./floats.ts";
import { readMeasured, writeMeasured } from "./metrics-code.ts";
import { readSections, writeSections } from "./sections-code.ts";
import type { SumShape } from "./sum-shape.ts";
import { readUpdate, writeUpdate } from "./update-code.ts";

/**
 * What one contributor may add to each count, and (as a magnitude) to the weight and each real metric: the sums of 4,096
 * contributors stay exact, or finite, and a total passes wherever its parts did.
 */
export const maxPerContributor = 2 ** 40;

/** Alignment (bytes) of float32 values, counted from the message's start. */
const alignment = 4;

/** The type of the section that holds statistics. */
const statisticsType = 2;

/** The byte that names an update's support and format. */
const updateHeadBytes = 1;

/** A part that was read, as it came. */
interface Carried {
  readonly bytes: Uint8Array;
  /** Where it began in its message, modulo the alignment of its values. */
  readonly offset: number;
  readonly breakdown: PartBreakdown;
}

/** Forgotten with the parts themselves. */
const carried = new WeakMap<Part, Carried>();

/**
 * contributors · weight and metrics · the sum's updates · sections, up to the message's end. A part that came in a message, and goes on
 * unchanged, is not encoded again.
 * @returns how many of the bytes are indices, values and statistics
 */
export function writePart(writer: Writer, part: Part, tree: TopologyName): PartBreakdown {
  const known = carried.get(part);
  if (known !== undefined && known.offset === writer.length % alignment) {
    writer.bytes(known.bytes);
    return known.breakdown;
  }
  writeContributors(writer, part.contributors, tree);
  writeMeasured(writer, part);
  const breakdown = { index: 0, value: 0, statistics: 0 };
  for (const update of partsOf(part.sum)) {
    const { index, value } = writeUpdate(writer, update);
    breakdown.index += index;
    breakdown.value += value;
  }
  if (part.statistics === undefined) return breakdown;
  const start = writer.length;
  writeSections(writer, [{ type: statisticsType, bytes: bytesOf(part.statistics) }]);
  return { ...breakdown, statistics: writer.length - start };
}

/** @throws {WireError} on anything that `writePart` does not write for this shape */
export function readPart(reader: Reader, tree: TopologyName, shape: SumShape): Part {
  const offset = reader.position % alignment;
  const all = reader.rest();

  const contributors = readContributors(reader, tree);
  const most = maxPerContributor * countOf(contributors);
  const measured = readMeasured(reader, most);
  const before = reader.position - reader.padding;
  const sum = readSum(reader, shape, countOf(contributors));
  const breakdown = breakdownOf(sum, reader.position - reader.padding - before);
  const end = reader.position;
  const statistics = readStatistics(reader, shape.statistics);
  const part: Part = { contributors, ...measured, sum, ...(statistics === null ? {} : { statistics }) };
  carried.set(part, {
    bytes: all.subarray(0, all.length - reader.left),
    offset,
    breakdown: { ...breakdown, statistics: statistics === null ? 0 : reader.position - end },
  });
  return part;
}

/** null where the phase brings none. */
function readStatistics(reader: Reader, count: number): Float32Array | null {
  const [section] = readSections(reader, count === 0 ? [] : [statisticsType]);
  if (count === 0) return null;
  const got = section?.bytes.length ?? 0;
  if (section === undefined || got !== 4 * count) throw new WireError(`expected ${count} statistics, got ${got / 4}`);
  return readFloats(createReader(section.bytes), count);
}

/** @param bytes of the sum's updates, without zeros for alignment */
function breakdownOf(sum: Sum, bytes: number): UpdateBreakdown {
  const updates = partsOf(sum);
  const value = updates.reduce((all, { support, values }) => {
    return support.kind === "places" ? all : all + valueFormatOf(values.format).size(values.data.length);
  }, 0);
  return { index: bytes - value - updateHeadBytes * updates.length, value };
}

/** One update; of what is gathered, one for each contributor. An update takes at least a byte, so a forged count soon runs dry. */
function readSum(reader: Reader, { length, isGathered, places }: SumShape, contributors: number): Sum {
  if (!isGathered) return readUpdate(reader, length, { places });
  return { kind: "gathered", length, parts: Array.from({ length: contributors }, () => readUpdate(reader, length)) };
}
