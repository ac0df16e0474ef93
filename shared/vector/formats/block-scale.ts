import { WireError } from "../../base/wire-error.ts";
import { maxFloat32 } from "../saturate.ts";

/** Values that share a scale; the last block may have fewer. */
export const blockValues = 128;

/** Bytes of a scale. */
export const scaleBytes = 3;

/** Adding and subtracting it rounds to an integer, ties to even, below 2⁵¹. */
const rounder = 1.5 * 2 ** 52;

/** Least largest value of a block that is not rounded to zeros: the scale of a smaller one would have too few digits. */
const minLargest = 2 ** -126;

/**
 * Block-scaled integers: c = v / s, rounded and at most `max` = 2^(bits − 1) − 1 in magnitude; the value is c · s. The scale s
 * is the largest |v| over `max`, rounded up to 17 significant binary digits, so that
 *
 * - every c · s is a float32 exactly, and the largest value has c = ±max: packing again finds the same s and the same c;
 * - 24 bits hold it: a float32 without its sign and its last 7 digits.
 *
 * |error| ≤ s/2 ≤ (1 + 2⁻⁹) · largest / (2 · max), and ≤ 2⁻¹²⁶ where the largest is subnormal.
 */
export interface BlockScale {
  readonly max: number;
}

const number = new Float32Array(1);
const bits = new Uint32Array(number.buffer);

/** The scale of values[start … end) as its 24 bits; 0 for a block of zeros. */
export function scaleCodeOf(values: Float32Array, start: number, end: number, { max }: BlockScale): number {
  let largest = 0;
  for (let i = start; i < end; i += 1) largest = Math.max(largest, Math.abs(values[i]!));
  if (largest < minLargest) return 0;
  number[0] = largest / max;
  // Up to the float32 above, where the nearest is below; then up to a multiple of 2⁷ units.
  const above = bits[0]! + (number[0] < largest / max ? 1 : 0);
  return Math.min((above + 127) >>> 7, maxScaleCode(max));
}

/** The largest scale whose `max`-fold is a float32. */
function maxScaleCode(max: number): number {
  number[0] = maxFloat32 / max;
  const code = bits[0]! >>> 7;
  return scaleOf(code) * max > maxFloat32 ? code - 1 : code;
}

export function scaleOf(code: number): number {
  bits[0] = code << 7;
  return number[0]!;
}

/** The integer that stands for a value. */
export function roundedRatio(value: number, scale: number, max: number): number {
  const rounded = value / scale + rounder - rounder;
  return Math.max(-max, Math.min(max, rounded));
}

/** @throws {WireError} unless `scaleCodeOf` gives this scale for a block whose integers have this largest magnitude */
export function checkBlock(code: number, largest: number, { max }: BlockScale): void {
  if (code > maxScaleCode(max)) throw new WireError(`expected a scale up to ${maxScaleCode(max)}, got ${code}`);
  if (largest !== (code === 0 ? 0 : max)) throw new WireError(`expected integers up to ${code === 0 ? 0 : max}, got ${largest}`);
  if (code > 0 && scaleOf(code) * max < minLargest) throw new WireError(`expected no scale this small, got ${code}`);
}

/** Reads a scale, lowest byte first. */
export function scaleCodeAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}

export function setScaleCode(bytes: Uint8Array, at: number, code: number): void {
  bytes[at] = code;
  bytes[at + 1] = code >>> 8;
  bytes[at + 2] = code >>> 16;
}
