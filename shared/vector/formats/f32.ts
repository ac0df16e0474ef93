import { WireError } from "../../base/wire-error.ts";
import { allFinite } from "../update.ts";
import type { ValueFormat } from "./value-format.ts";

/** IEEE 754 binary32, little-endian: the values as they are. Neither way copies where it need not. */
export const f32: ValueFormat = {
  name: "f32",
  id: 0,
  size: (count) => 4 * count,
  pack: (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  unpack(bytes, count) {
    const data = isViewable(bytes)
      ? new Float32Array(bytes.buffer, bytes.byteOffset, count)
      : new Float32Array(bytes.slice().buffer, 0, count);
    if (!allFinite(data)) throw new WireError("expected finite values, got NaN or infinity");
    return data;
  },
};

/**
 * A view keeps the whole message alive as long as the values: only where they are at least a third of it, as in any update with
 * indices or without. And it must be aligned, which a message in a buffer of its own is.
 */
function isViewable(bytes: Uint8Array): boolean {
  return bytes.byteOffset % 4 === 0 && 3 * bytes.byteLength >= bytes.buffer.byteLength;
}
