import { WireError } from "../../base/wire-error.ts";
import type { Values } from "../update.ts";
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

interface BlockFormatOptions {
  readonly name: Values["format"];
  readonly id: number;
  /** Bits of an integer: a byte holds 8 / bits of them, the first in its lowest bits. */
  readonly bits: 4 | 8;
}

/**
 * Blocks of 128 values, each a scale (3 bytes) and an integer of `bits` bits a value, −max … max as two's complement with
 * max = 2^(bits − 1) − 1. |error| ≤ (1 + 2⁻⁹) · largest / (2 · max); see `BlockScale`.
 */
export function createBlockFormat({ name, id, bits }: BlockFormatOptions): ValueFormat {
  const max = 2 ** (bits - 1) - 1;
  const mask = 2 ** bits - 1;
  /** Integers of a byte, less 1: the place of integer i is byte i >> (1 or 0), from bit bits · (i & last) on. */
  const last = 8 / bits - 1;
  const size = (count: number): number => Math.ceil((count * bits) / 8) + scaleBytes * Math.ceil(count / blockValues);
  return {
    name,
    id,
    size,
    pack(values) {
      const packed = new Uint8Array(size(values.length));
      let at = 0;
      for (let start = 0; start < values.length; start += blockValues) {
        const count = Math.min(blockValues, values.length - start);
        const code = scaleCodeOf(values, start, start + count, { max });
        setScaleCode(packed, at, code);
        at += scaleBytes;
        const scale = scaleOf(code);
        if (code > 0)
          for (let i = 0; i < count; i += 1)
            packed[at + (i >> last)]! |= (roundedRatio(values[start + i]!, scale, max) & mask) << (bits * (i & last));
        at += (count + last) >> last;
      }
      return packed;
    },
    unpack(bytes, total) {
      const values = new Float32Array(total);
      let at = 0;
      for (let start = 0; start < total; start += blockValues) {
        const count = Math.min(blockValues, total - start);
        const code = scaleCodeAt(bytes, at);
        at += scaleBytes;
        const scale = scaleOf(code);
        let largest = 0;
        for (let i = 0; i < count; i += 1) {
          const integer = (bytes[at + (i >> last)]! << (32 - bits - bits * (i & last))) >> (32 - bits);
          largest = Math.max(largest, Math.abs(integer));
          values[start + i] = integer * scale;
        }
        checkBlock(code, largest, { max });
        at += (count + last) >> last;
      }
      const used = bits * (total & last);
      if (used > 0 && bytes[at - 1]! >> used > 0)
        throw new WireError(`expected zeros after the last value, got ${bytes[at - 1]! >> used}`);
      return values;
    },
  };
}
