import { WireError } from "../../base/wire-error.ts";
import type { ValueFormat } from "./value-format.ts";

/** The largest finite one, 65504, and the bits of infinity. */
const largest = 0x7bff;
const infinity = 0x7c00;
/** 2⁻¹⁴, the least with all 11 digits, and 1/2, both as bits of a float32. */
const minNormal = 0x38800000;
const half = 0x3f000000;

/**
 * IEEE 754 binary16, little-endian. |error| ≤ 2⁻¹¹|v| from 2⁻¹⁴ on, ≤ 2⁻²⁵ below; beyond 65504 it saturates.
 */
export const f16: ValueFormat = {
  name: "f16",
  id: 1,
  size: (count) => 2 * count,
  pack(values) {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const packed = new Uint8Array(2 * values.length);
    const sum = new Float32Array(1);
    const sumBits = new Int32Array(sum.buffer);
    for (let i = 0; i < bits.length; i += 1) {
      const magnitude = bits[i]! & 0x7fffffff;
      let code: number;
      if (magnitude >= minNormal) {
        // Rounds to nearest even on the 13 dropped digits; a carry goes into the exponent, as it should.
        const rounded = (magnitude + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
        code = Math.min(largest, rounded - (112 << 10));
      } else {
        // Near 1/2 a float32 has steps of 2⁻²⁴, those of a subnormal binary16: the addition rounds to them.
        sum[0] = Math.abs(values[i]!) + 0.5;
        code = sumBits[0]! - half;
      }
      code |= (bits[i]! >>> 16) & 0x8000;
      packed[2 * i] = code;
      packed[2 * i + 1] = code >>> 8;
    }
    return packed;
  },
  unpack(bytes, count) {
    const values = new Float32Array(count);
    const bits = new Uint32Array(values.buffer);
    for (let i = 0; i < count; i += 1) {
      const code = bytes[2 * i]! | (bytes[2 * i + 1]! << 8);
      const magnitude = code & 0x7fff;
      if (magnitude >= infinity) throw new WireError(`expected a finite binary16, got bits ${code}`);
      if (magnitude < 0x400) values[i] = magnitude / 2 ** 24;
      else bits[i] = (magnitude + (112 << 10)) << 13;
      bits[i]! |= (code & 0x8000) << 16;
    }
    return values;
  },
};
