import { WireError } from "../../base/wire-error.ts";
import type { ValueFormat } from "./value-format.ts";

const largest = 0x7f7f;
const infinity = 0x7f80;

/** The upper half of a float32, little-endian. |error| ≤ 2⁻⁸|v| for normal v, ≤ 2⁻¹³⁴ below 2⁻¹²⁶; beyond 3.39e38 it saturates. */
export const bf16: ValueFormat = {
  name: "bf16",
  id: 2,
  size: (count) => 2 * count,
  pack(values) {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const packed = new Uint8Array(2 * values.length);
    for (let i = 0; i < bits.length; i += 1) {
      const magnitude = bits[i]! & 0x7fffffff;
      const rounded = (magnitude + 0x7fff + ((magnitude >>> 16) & 1)) >>> 16;
      const code = Math.min(largest, rounded) | ((bits[i]! >>> 16) & 0x8000);
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
      if ((code & 0x7fff) >= infinity) throw new WireError(`expected a finite bfloat16, got bits ${code}`);
      bits[i] = code << 16;
    }
    return values;
  },
};
