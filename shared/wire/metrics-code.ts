import { WireError } from "../base/wire-error.ts";
import { type Metrics, maxSums } from "../sum/part.ts";
import type { Reader, Writer } from "./bytes.ts";

/** Whole numbers up to this are exact in float32. */
const maxWhole = 2 ** 24;

/** A part's weight, and what is measured beside its sum. */
interface Measured {
  readonly weight: number;
  readonly metrics: Metrics;
}

/**
 * varint forms · varint samples · [varint weight] · varint tested · sums · f32 training loss · varint ms. The lowest bit of `forms` is 1
 * where the weight is not the number of samples, and follows; then one bit for each sum, 0 for a whole number ≥ 0 (a varint), 1 for any
 * other (a float32); and a 1 that ends them.
 */
export function writeMeasured(writer: Writer, { weight, metrics }: Measured): void {
  const { samples, tested, sums, trainingLoss, trainingMs } = metrics;
  if (sums.length > maxSums) throw new RangeError(`expected at most ${maxSums} sums of metrics, got ${sums.length}`);
  const bits = [weight !== samples, ...sums.map((sum) => !isWhole(sum)), true];
  writer.varint(bits.reduce((forms, bit, i) => forms + (bit ? 2 ** i : 0), 0));
  writer.varint(samples);
  if (weight !== samples) writer.varint(weight);
  writer.varint(tested);
  for (const sum of sums) {
    if (isWhole(sum)) writer.varint(sum);
    else writer.float32(sum);
  }
  writer.float32(trainingLoss);
  writer.varint(trainingMs);
}

/** @throws {WireError} on a weight of 0, more sums than 16, and a number that is not finite or, as a magnitude, above `most` */
export function readMeasured(reader: Reader, most: number): Measured {
  const forms = reader.varint(2 ** (maxSums + 2) - 1, "the forms of sums");
  if (forms < 2) throw new WireError(`expected the forms of sums to end, got ${forms}`);
  const real = (what: string): number => {
    const value = reader.float32(what);
    if (Math.abs(value) > most) throw new WireError(`expected a ${what} of at most ${most}, got ${value}`);
    return value;
  };
  const samples = reader.varint(most, "a sample count");
  const weight = forms % 2 === 1 ? reader.varint(most, "a weight") : samples;
  if (weight === 0) throw new WireError("expected a positive weight, got 0");
  const tested = reader.varint(most, "a test count");
  const sums: number[] = [];
  for (let left = forms >> 1; left > 1; left >>= 1) sums.push(left % 2 === 0 ? reader.varint(most, "a sum") : real("sum"));
  const trainingLoss = real("loss");
  return { weight, metrics: { samples, tested, sums, trainingLoss, trainingMs: reader.varint(most, "a duration") } };
}

/** −0 is none: a varint has no sign. */
function isWhole(sum: number): boolean {
  return Number.isInteger(sum) && sum <= maxWhole && (sum > 0 || Object.is(sum, 0));
}
