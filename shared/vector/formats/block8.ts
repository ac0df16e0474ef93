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

const max = 127;

/** Blocks of 128 values, each a scale (3 bytes) and a signed byte a value: 8.19 bits a value. |error| ≤ largest / 253. */
export const block8: ValueFormat = {
  name: "block8",
  id: 3,
  size: (count) => count + scaleBytes * Math.ceil(count / blockValues),
  pack(values) {
    const packed = new Uint8Array(block8.size(values.length));
    let at = 0;
    for (let start = 0; start < values.length; start += blockValues) {
      const end = Math.min(start + blockValues, values.length);
      const code = scaleCodeOf(values, start, end, { max });
      setScaleCode(packed, at, code);
      at += scaleBytes;
      const scale = scaleOf(code);
      if (code > 0) for (let i = start; i < end; i += 1) packed[at + i - start] = roundedRatio(values[i]!, scale, max);
      at += end - start;
    }
    return packed;
  },
  unpack(bytes, count) {
    const values = new Float32Array(count);
    let at = 0;
    for (let start = 0; start < count; start += blockValues) {
      const end = Math.min(start + blockValues, count);
      const code = scaleCodeAt(bytes, at);
      at += scaleBytes;
      const scale = scaleOf(code);
      let largest = 0;
      for (let i = start; i < end; i += 1) {
        const integer = (bytes[at + i - start]! << 24) >> 24;
        largest = Math.max(largest, Math.abs(integer));
        values[i] = integer * scale;
      }
      checkBlock(code, largest, { max });
      at += end - start;
    }
    return values;
  },
};
