import { WireError } from "../../base/wire-error.ts";
import { allFinite } from "../update.ts";
import type { ValueFormat } from "./value-format.ts";

/** IEEE 754 binary32, little-endian: the values as they are. Packing and unpacking copy only where they must. */
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
 * Whether the values may be a view of the message. A view keeps the whole message in memory, so the values must be at least a third
 * of it, as in any update; and they must be aligned, as in a message with a buffer of its own.
 */
function isViewable(bytes: Uint8Array): boolean {
  return bytes.byteOffset % 4 === 0 && 3 * bytes.byteLength >= bytes.buffer.byteLength;
}
