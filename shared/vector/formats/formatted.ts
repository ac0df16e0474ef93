import type { Values } from "../update.ts";
import { valueFormatOf } from "./value-formats.ts";

/** The values as they arrive when they travel in this format, and their bytes: rounded once, here. Keeps `values` for f32. */
export function formatted(values: Float32Array, format: Values["format"]): Values {
  if (format === "f32") return { format, data: values };
  const { pack, unpack } = valueFormatOf(format);
  const packed = pack(values);
  return { format, data: unpack(packed, values.length), packed };
}
