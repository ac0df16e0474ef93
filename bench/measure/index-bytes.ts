import { createWriter } from "../../shared/wire/bytes.ts";
import { writeIndices } from "../../shared/wire/index-codes/index-section.ts";

/** Bytes of the index section alone. */
export function indexBytes(indices: Uint32Array, length: number): number {
  const writer = createWriter();
  writeIndices(writer, indices, length);
  return writer.finish().length;
}
