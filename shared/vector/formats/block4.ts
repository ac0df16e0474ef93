import { WireError } from "../../base/wire-error.ts";
import {
  blockValues,
  checkBlock,
  roundedRatio,
  scaleBytes,
  scaleCodeAt,
  scaleCodeOf,
  scaleOf,
  setScaleCode,
} from "./block-scale.ts";
import type { ValueFormat } from "./value-format.ts";

const max = 7;

/**
 * Blocks of 128 values, each a scale (3 bytes) and four bits a value, −7 … 7 as two's complement, the lower half of a byte
 * first: 4.19 bits a value. |error| ≤ largest / 13.9.
 */
export const block4: ValueFormat = {
  name: "block4",
  id: 4,
  size: (count) => Math.ceil(count / 2) + scaleBytes * Math.ceil(count / blockValues),
  pack(values) {
    const packed = new Uint8Array(block4.size(values.length));
    let at = 0;
    for (let start = 0; start < values.length; start += blockValues) {
      const end = Math.min(start + blockValues, values.length);
      const code = scaleCodeOf(values, start, end, { max });
      setScaleCode(packed, at, code);
      at += scaleBytes;
      const scale = scaleOf(code);
      if (code > 0)
        for (let i = 0; i < end - start; i += 1)
          packed[at + (i >> 1)]! |= (roundedRatio(values[start + i]!, scale, max) & 15) << (4 * (i & 1));
      at += (end - start + 1) >> 1;
    }
    return packed;
  },
  unpack(bytes, count) {
    const values = new Float32Array(count);
    let at = 0;
    for (let start = 0; start < count; start += blockValues) {
      const size = Math.min(blockValues, count - start);
      const code = scaleCodeAt(bytes, at);
      at += scaleBytes;
      const scale = scaleOf(code);
      let largest = 0;
      for (let i = 0; i < size; i += 1) {
        const integer = (bytes[at + (i >> 1)]! << (28 - 4 * (i & 1))) >> 28;
        largest = Math.max(largest, Math.abs(integer));
        values[start + i] = integer * scale;
      }
      checkBlock(code, largest, { max });
      at += (size + 1) >> 1;
    }
    if (count % 2 === 1 && bytes[at - 1]! > 15)
      throw new WireError(`expected zeros after the last value, got ${bytes[at - 1]! >> 4}`);
    return values;
  },
};
