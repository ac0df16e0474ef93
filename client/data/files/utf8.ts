import { DataError } from "../data-set.ts";
import type { Content } from "./content.ts";

/**
 * A content's text, a piece at a time, without a byte order mark.
 * @throws {DataError} (as a rejection) with the place of the first byte that is not UTF-8
 */
export async function* utf8Of({ path, head, chunks }: Content): AsyncGenerator<string> {
  const [first, second] = head.bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new DataError(`${path}: expected text in UTF-8, got UTF-16 (byte 1): save it as UTF-8`);
  // Each piece is decoded by itself: only the text's first character is a mark.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let at = 0;
  let kept = new Uint8Array();
  const decode = (bytes: Uint8Array): string => {
    try {
      const text = decoder.decode(bytes);
      return at === 0 && text.startsWith("\ufeff") ? text.slice(1) : text;
    } catch {
      const place = at + firstInvalid(bytes);
      const byte = bytes[place - at] ?? 0;
      throw new DataError(
        `${path}: expected text in UTF-8, got the byte 0x${byte.toString(16).padStart(2, "0")} at byte ${place + 1}: save it as UTF-8`,
      );
    }
  };
  for await (const chunk of chunks()) {
    const bytes = new Uint8Array(kept.length + chunk.length);
    bytes.set(kept);
    bytes.set(chunk, kept.length);
    const end = bytes.length - openBytes(bytes);
    const text = decode(bytes.subarray(0, end));
    at += end;
    kept = bytes.slice(end);
    if (text !== "") yield text;
  }
  if (kept.length > 0) yield decode(kept);
}

/** Bytes at the end that begin a character which goes on in the next piece: 0 to 3. */
function openBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) !== 0x80) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** Bytes of a character by its first; 0: none begins so. */
function lengthOf(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
}

/** The index of the first byte of the first sequence that is no character in UTF-8 (RFC 3629). */
function firstInvalid(bytes: Uint8Array): number {
  const single = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (let i = 0; i < bytes.length; ) {
    const length = lengthOf(bytes[i]!);
    if (length === 0) return i;
    try {
      if (length > 1) single.decode(bytes.subarray(i, i + length));
    } catch {
      return i;
    }
    i += length;
  }
  return bytes.length;
}
