import type { Update } from "./update.ts";

/** factor · update, in float32; shares the support, allocates the numbers. O(k). */
export function scaled(update: Update, factor: number): Update {
  const source = update.values.data;
  const data = new Float32Array(source.length);
  for (let j = 0; j < data.length; j += 1) data[j] = source[j]! * factor;
  return { ...update, values: { format: "f32", data } };
}
