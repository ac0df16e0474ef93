import { WireError } from "../base/wire-error.ts";
import { allFinite } from "../vector/update.ts";
import type { Reader } from "./bytes.ts";

/** Float32 values, copied out: they are aligned, do not keep the message alive, and may be changed. @throws {WireError} unless finite */
export function readFloats(reader: Reader, count: number): Float32Array {
  const data = new Float32Array(reader.bytes(4 * count).slice().buffer, 0, count);
  if (!allFinite(data)) throw new WireError("expected finite values, got NaN or infinity");
  return data;
}
