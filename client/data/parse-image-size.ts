import type { ReadOptions } from "./formats/format.ts";

/** "32x32" or "32×32": a height and a width in pixels, 1 … 9999 each. Null for another text. */
export function parseImageSize(text: string): NonNullable<ReadOptions["imageSize"]> | null {
  const [, height, width] = /^(\d{1,4})[x×](\d{1,4})$/.exec(text.trim()) ?? [];
  const [rows, columns] = [Number(height), Number(width)];
  return rows >= 1 && columns >= 1 ? { height: rows, width: columns } : null;
}
