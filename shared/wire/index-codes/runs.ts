import { WireError } from "../../base/wire-error.ts";
import { type BitSink, type BitSource, putBits, takeBits } from "../bits.ts";
import { cheapestGolomb, type GolombCost, readGolomb, writeGolomb } from "./golomb.ts";
import { maxParameter } from "./golomb-parameter.ts";

/** Bits of a Golomb parameter. */
export const parameterBits = 7;

/** A block as runs of consecutive indices: how far each begins after the one before, and how many more than one it has. */
export interface Runs {
  readonly count: number;
  readonly distances: Int32Array;
  readonly sizes: Int32Array;
  readonly distanceCode: GolombCost;
  readonly sizeCode: GolombCost;
  /** Of both parameters and all numbers. */
  readonly bits: number;
}

/**
 * The runs of gaps[0 … count), and what they cost; null where they do not cost less than `below`, or have fewer than two
 * coordinates on average: then two numbers a run can save next to nothing. The first run of a block may touch the block before;
 * the others are at least one coordinate apart, so theirs is the distance less 1.
 */
export function runsOf(gaps: Int32Array, count: number, { wide, below }: { wide: number; below: number }): Runs | null {
  let runs = 1;
  for (let i = 1; i < count; i += 1) if (gaps[i]! > 0) runs += 1;
  if (2 * runs > count) return null;
  const distances = new Int32Array(runs);
  const sizes = new Int32Array(runs);
  distances[0] = gaps[0]!;
  let run = 0;
  for (let i = 1; i < count; i += 1) {
    if (gaps[i] === 0) sizes[run]! += 1;
    else {
      run += 1;
      distances[run] = gaps[i]! - 1;
    }
  }
  const distanceCode = cheapestGolomb(distances, runs, wide);
  const sizeCode = cheapestGolomb(sizes, runs, wide);
  const bits = 2 * parameterBits + distanceCode.bits + sizeCode.bits;
  return bits < below ? { count: runs, distances, sizes, distanceCode, sizeCode, bits } : null;
}

/** Both parameters, then all sizes, which end where they fill the block, then as many distances. */
export function writeRuns(sink: BitSink, runs: Runs, wide: number): void {
  const { sizeCode, distanceCode } = runs;
  putBits(sink, sizeCode.parameter, parameterBits);
  putBits(sink, distanceCode.parameter, parameterBits);
  writeGolomb(sink, runs.sizes, runs.count, { parameter: sizeCode.parameter, wide });
  writeGolomb(sink, runs.distances, runs.count, { parameter: distanceCode.parameter, wide });
}

/**
 * Reads runs of `count` coordinates together into gaps[0 … count).
 * @throws {WireError} on runs of more coordinates, more runs than half of them, a parameter that does not exist
 */
export function readRuns(source: BitSource, gaps: Int32Array, count: number, wide: number): void {
  const sizeCode = { parameter: takeParameter(source), wide };
  const distanceCode = { parameter: takeParameter(source), wide };
  // Where each run begins within the block; a run has one coordinate at least.
  const starts = new Int32Array(count);
  const number = new Int32Array(count);
  let runs = 0;
  for (let at = 0; at < count; runs += 1) {
    readGolomb(source, number, 1, sizeCode);
    if (number[0]! >= count - at) throw new WireError(`expected a run of at most ${count - at}, got one of ${number[0]! + 1}`);
    starts[runs] = at;
    at += number[0]! + 1;
  }
  if (2 * runs > count) throw new WireError(`expected at most ${count >> 1} runs of ${count} coordinates, got ${runs}`);
  readGolomb(source, number, runs, distanceCode);
  gaps.fill(0, 0, count);
  for (let run = 0; run < runs; run += 1) gaps[starts[run]!] = number[run]! + (run === 0 ? 0 : 1);
}

/** @throws {WireError} on a number that names no M */
function takeParameter(source: BitSource): number {
  const parameter = takeBits(source, parameterBits);
  if (parameter > maxParameter) throw new WireError(`expected a Golomb parameter up to ${maxParameter}, got ${parameter}`);
  return parameter;
}
