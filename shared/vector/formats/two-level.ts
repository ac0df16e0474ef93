import { WireError } from "../../base/wire-error.ts";
import { levelsOf } from "../lloyd-levels.ts";
import { blockValues } from "./block-scale.ts";
import type { ValueFormat } from "./value-format.ts";

/** Two float32 magnitudes a block. */
const levelBytes = 8;

/**
 * Blocks of 128 values, each two magnitudes (float32, the lower first) and two bits a value, the lowest of a byte first: 1 for
 * the higher magnitude, 2 for a minus. 2.5 bits a value. The magnitudes are those of `twolevel(block=128)`, whose values
 * pass unchanged. Σ error² is at most that of the signs with the block's mean magnitude.
 */
export const twoLevelFormat: ValueFormat = {
  name: "two-level",
  id: 5,
  size: (count) => Math.ceil(count / 4) + levelBytes * Math.ceil(count / blockValues),
  pack(values) {
    const packed = new Uint8Array(twoLevelFormat.size(values.length));
    const view = new DataView(packed.buffer);
    let at = 0;
    for (let start = 0; start < values.length; start += blockValues) {
      const size = Math.min(blockValues, values.length - start);
      const { low, high, boundary } = levelsOf(values, start, start + size);
      view.setFloat32(at, low, true);
      view.setFloat32(at + 4, high, true);
      at += levelBytes;
      for (let i = 0; i < size; i += 1) {
        const value = values[start + i]!;
        const isHigh = Math.abs(value) >= boundary;
        // Zero has no minus.
        const isMinus = value < 0 && (isHigh ? high : low) > 0;
        packed[at + (i >> 2)]! |= ((isHigh ? 1 : 0) + (isMinus ? 2 : 0)) << (2 * (i & 3));
      }
      at += (size + 3) >> 2;
    }
    return packed;
  },
  unpack(bytes, count) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const values = new Float32Array(count);
    const levels = new Float64Array(4);
    let at = 0;
    for (let start = 0; start < count; start += blockValues) {
      const size = Math.min(blockValues, count - start);
      readLevels(view, at, levels);
      at += levelBytes;
      for (let i = 0; i < size; i += 1) {
        const code = (bytes[at + (i >> 2)]! >> (2 * (i & 3))) & 3;
        const value = levels[code]!;
        if (value === 0 && code >= 2) throw new WireError("expected a zero without a minus, got one with it");
        values[start + i] = value;
      }
      at += (size + 3) >> 2;
    }
    const left = 2 * (count & 3);
    if (left > 0 && bytes[at - 1]! >> left > 0) throw new WireError("expected zeros after the last value, got ones");
    return values;
  },
};

/** The values of the codes 0 … 3 of a block. @throws {WireError} unless 0 ≤ low ≤ high < ∞ */
function readLevels(view: DataView, at: number, levels: Float64Array): void {
  const low = view.getFloat32(at, true);
  const high = view.getFloat32(at + 4, true);
  if (!(low >= 0 && low <= high && high < Number.POSITIVE_INFINITY) || Object.is(low, -0))
    throw new WireError(`expected two finite magnitudes, the lower first, got ${low} and ${high}`);
  levels[0] = low;
  levels[1] = high;
  levels[2] = -low;
  levels[3] = -high;
}
