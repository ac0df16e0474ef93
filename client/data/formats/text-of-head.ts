import type { Head } from "../files/content.ts";

/** The text of a file's beginning, whatever its encoding; null: bytes that no text has. */
export function textOf({ bytes }: Head): string | null {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
  // Only tab, line feed, form feed, carriage return and escape are in text.
  if (bytes.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27)) return null;
  return new TextDecoder().decode(bytes);
}
