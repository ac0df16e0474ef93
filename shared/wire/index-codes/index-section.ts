import { WireError } from "../../base/wire-error.ts";
import { type BitSink, type BitSource, bitsOver, putBits, takeBits } from "../bits.ts";
import type { Reader, Writer } from "../bytes.ts";
import { cheapestGolomb, readGolomb, writeGolomb } from "./golomb.ts";
import { maxParameter } from "./golomb-parameter.ts";
import { parameterBits, readRuns, runsOf, writeRuns } from "./runs.ts";

/**
 * Entries of a block; the last may have fewer. By entries, not by coordinates: where a tensor has many, its blocks are short,
 * and their parameter is its own. The 7 bits that say how a block is written are 1.2 % of the bound at a density of 10 %, which
 * with Golomb's own loss is below 2 %.
 */
export const blockEntries = 128;

/** What the first 7 bits of a block say, beside the Golomb parameters: runs of indices, or all that follow at once. */
const asRuns = 126;
const asSolid = 127;

/** No block takes as many: it is at most 128 numbers of 55 bits, and 21 bits that say how. */
const maxBlockBytes = 2048;

/**
 * Writes strictly ascending indices below `length` by the gaps between them (first index, then index − previous − 1), in blocks
 * of 128, each as what takes the fewest bits: 7 bits and
 *
 *     p ≤ 114   its gaps by Golomb's code with parameter p
 *     126       its runs
 *     127       nothing: the coordinates that follow at once
 *
 * then zeros up to a whole byte. O(k) time; holds one block, whatever k.
 */
export function writeIndices(writer: Writer, indices: Uint32Array, length: number): void {
  const wide = bitsOf(length);
  const gaps = new Int32Array(blockEntries);
  const sink = bitsOver(new Uint8Array(2 * maxBlockBytes));
  let previous = -1;
  for (let start = 0; start < indices.length; start += blockEntries) {
    const count = Math.min(blockEntries, indices.length - start);
    for (let i = 0; i < count; i += 1) {
      const index = indices[start + i]!;
      gaps[i] = index - previous - 1;
      previous = index;
    }
    writeBlock(sink, gaps, count, wide);
    flush(sink, writer);
  }
  if (sink.position > 0) {
    putBits(sink, 0, 8 - sink.position);
    flush(sink, writer);
  }
}

function writeBlock(sink: BitSink, gaps: Int32Array, count: number, wide: number): void {
  const golomb = cheapestGolomb(gaps, count, wide);
  // One bit each: all gaps are 0, and a number that is not takes more.
  if (golomb.bits === count) {
    putBits(sink, asSolid, parameterBits);
    return;
  }
  const runs = runsOf(gaps, count, { wide, below: golomb.bits });
  if (runs !== null) {
    putBits(sink, asRuns, parameterBits);
    writeRuns(sink, runs, wide);
    return;
  }
  putBits(sink, golomb.parameter, parameterBits);
  writeGolomb(sink, gaps, count, { parameter: golomb.parameter, wide });
}

/** Hands over the whole bytes, keeps the bits of the last one. */
function flush(sink: BitSink, writer: Writer): void {
  const whole = sink.position >>> 3;
  writer.bytes(sink.bytes.subarray(0, whole));
  sink.bytes[0] = sink.bytes[whole]!;
  sink.position &= 7;
}

/**
 * Reads `count` indices that `writeIndices` wrote; the caller has seen that there are bytes for as many values. Memory: what is
 * returned, and a few KiB. Not checked, since it would double the work: that each block has the form and parameter that are shortest.
 * @throws {WireError} on bytes missing, an index not below `length`, a parameter that does not exist, padding that is not zero
 */
export function readIndices(reader: Reader, count: number, length: number): Uint32Array {
  const indices = new Uint32Array(count);
  const gaps = new Int32Array(blockEntries);
  const wide = bitsOf(length);
  const source = createBlockSource(reader);
  let previous = -1;
  for (let start = 0; start < count; start += blockEntries) {
    const size = Math.min(blockEntries, count - start);
    const before = previous;
    const isFree = readBlock(source.next(), gaps, size, wide);
    source.taken();
    for (let i = 0; i < size; i += 1) {
      previous += gaps[i]! + 1;
      indices[start + i] = previous;
    }
    if (previous >= length) throw new WireError(`expected an index below ${length}, got ${previous}`);
    if (isFree && previous - before === size)
      throw new WireError("expected a block without gaps in its shortest form, got a longer one");
  }
  source.end();
  return indices;
}

/** Whether the form leaves it open if there are gaps. */
function readBlock(source: BitSource, gaps: Int32Array, count: number, wide: number): boolean {
  const form = takeBits(source, parameterBits);
  if (form === asSolid) gaps.fill(0, 0, count);
  else if (form === asRuns) readRuns(source, gaps, count, wide);
  else if (form <= maxParameter) readGolomb(source, gaps, count, { parameter: form, wide });
  else throw new WireError(`expected a block's form up to ${maxParameter}, ${asRuns} or ${asSolid}, got ${form}`);
  return form !== asSolid;
}

/** The bytes of a reader, block by block: `next` gives bits that reach further than any block does, zeros after their end. */
function createBlockSource(reader: Reader) {
  let rest = reader.rest();
  let source = bitsOver(rest);
  let isPadded = false;
  let used = 0;
  return {
    next(): BitSource {
      const at = source.position >>> 3;
      // Bit positions stay small integers, however long the section.
      if (isPadded || (rest.length - at >= maxBlockBytes && at < 2 ** 24)) return source;
      used += at;
      const position = source.position & 7;
      rest = rest.subarray(at);
      if (rest.length < maxBlockBytes) {
        const padded = new Uint8Array(2 * maxBlockBytes + 8);
        padded.set(rest);
        source = bitsOver(padded);
        isPadded = true;
      } else source = bitsOver(rest);
      source.position = position;
      return source;
    },
    taken(): void {
      if (source.position > 8 * rest.length) throw new WireError(`expected whole blocks of indices, got ${rest.length} bytes`);
    },
    /** Takes the section from the reader. */
    end(): void {
      const inByte = source.position & 7;
      if (inByte > 0 && takeBits(source, 8 - inByte) !== 0) throw new WireError("expected zeros after the last index, got ones");
      reader.bytes(used + (source.position >>> 3));
    },
  };
}

/** Bits of the numbers below `length` ≤ 2³¹. */
function bitsOf(length: number): number {
  return length === 0 ? 0 : 32 - Math.clz32(length - 1);
}
