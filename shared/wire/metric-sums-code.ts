import { WireError } from "../base/wire-error.ts";
import { maxSums } from "../sum/part.ts";
import type { Reader, Writer } from "./bytes.ts";

/** Integers up to this are written as such. */
const maxInteger = Number.MAX_SAFE_INTEGER;

/**
 * Sums of metrics: a varint of one bit for each, the first lowest, below a 1 that ends them; then the sums. Bit 0: a count, as a varint.
 * Bit 1: a real number, as a float64.
 */
export function writeSums(writer: Writer, sums: readonly number[]): void {
  if (sums.length > maxSums) throw new RangeError(`expected at most ${maxSums} sums of metrics, got ${sums.length}`);
  writer.varint(sums.reduce((forms, sum, i) => forms + (isCount(sum) ? 0 : 2 ** i), 2 ** sums.length));
  for (const sum of sums) {
    if (isCount(sum)) writer.varint(sum);
    else writer.float64(sum);
  }
}

/** @throws {WireError} on more sums than 16, and on one that is not finite or, as a magnitude, above `most` */
export function readSums(reader: Reader, most: number): readonly number[] {
  const forms = reader.varint(2 ** (maxSums + 1) - 1, "the forms of sums");
  if (forms === 0) throw new WireError("expected the forms of sums to end, got 0");
  const sums: number[] = [];
  for (let left = forms; left > 1; left = Math.floor(left / 2)) {
    const sum = left % 2 === 0 ? reader.varint(most, "a count") : reader.float64("sum");
    if (Math.abs(sum) > most) throw new WireError(`expected a sum of at most ${most}, got ${sum}`);
    sums.push(sum);
  }
  return sums;
}

/** −0 is none: a varint has no sign. */
function isCount(sum: number): boolean {
  return Number.isInteger(sum) && sum <= maxInteger && (sum > 0 || Object.is(sum, 0));
}
