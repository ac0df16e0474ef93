import { utf8Length } from "./utf8-length.ts";

/** A text in UTF-8. O(n). @throws {URIError} if it has half of a surrogate pair alone, which `JSON.stringify` never writes */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point < 0x80) {
      bytes[at] = point;
      at += 1;
      continue;
    }
    if (point >= 0xd800 && point < 0xe000) throw new URIError("expected whole surrogate pairs, got half of one");
    const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    bytes[at] = [0xc0, 0xe0, 0xf0][more - 1]! | (point >> (6 * more));
    for (let i = 1; i <= more; i += 1) bytes[at + i] = 0x80 | ((point >> (6 * (more - i))) & 0x3f);
    at += 1 + more;
  }
  return bytes;
}

/** The text that `encodeUtf8` made these bytes of. O(n). @throws {URIError} if it made them of none */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (const byte of bytes) parts.push(escapes[byte]!);
  return decodeURIComponent(parts.join(""));
}

/** What `decodeURIComponent` takes for each byte: ASCII is itself, which it reads ten times as fast. */
const escapes = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16)}`,
);
