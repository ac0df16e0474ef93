import type { Values } from "../update.ts";
import { bf16 } from "./bf16.ts";
import { block4 } from "./block4.ts";
import { block8 } from "./block8.ts";
import { f16 } from "./f16.ts";
import { f32 } from "./f32.ts";
import { twoLevelFormat } from "./two-level.ts";
import type { ValueFormat } from "./value-format.ts";

/** All formats; the place in the list is the byte that names it. */
export const valueFormats: readonly ValueFormat[] = [f32, f16, bf16, block8, block4, twoLevelFormat];

export function valueFormatOf(name: Values["format"]): ValueFormat {
  const format = valueFormats.find((one) => one.name === name);
  if (format === undefined)
    throw new RangeError(`expected one of ${valueFormats.map((one) => one.name).join(", ")}, got ${name}`);
  return format;
}
