import type { DecodedImage } from "../format.ts";

/** How a JPEG's stored rows and columns lie in the picture, as EXIF 2.32 numbers it; 1: as they are shown. From 5 on rows are shown as columns. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Whether height and width change places when it is shown. */
export function isTurned(orientation: Orientation): boolean {
  return orientation >= 5;
}

const exif = [0x45, 0x78, 0x69, 0x66, 0, 0];
const orientationTag = 0x112;
const shortType = 3;

/** The orientation in an APP1 segment, from behind its length on; null: it has none. Whatever the bytes are, this returns. */
export function exifOrientation(segment: Uint8Array): Orientation | null {
  if (exif.some((byte, i) => segment[i] !== byte)) return null;
  const tiff = segment.subarray(exif.length);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return null;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const isLittle = order === 0x4949;
  const start = view.getUint32(4, isLittle);
  if (start + 2 > tiff.length) return null;
  const end = start + 2 + 12 * view.getUint16(start, isLittle);
  for (let at = start + 2; at < end && at + 12 <= tiff.length; at += 12) {
    if (view.getUint16(at, isLittle) !== orientationTag) continue;
    const isOne = view.getUint16(at + 2, isLittle) === shortType && view.getUint32(at + 4, isLittle) === 1;
    const value = view.getUint16(at + 8, isLittle);
    return isOne && value >= 1 && value <= 8 ? (value as Orientation) : null;
  }
  return null;
}

/** The picture as it is shown. O(pixels). */
export function upright(stored: DecodedImage, orientation: Orientation): DecodedImage {
  if (orientation === 1) return stored;
  const [height, width] = isTurned(orientation) ? [stored.width, stored.height] : [stored.height, stored.width];
  const isLastRowFirst = [3, 4, 6, 7].includes(orientation);
  const isLastColumnFirst = [2, 3, 7, 8].includes(orientation);
  const from = new Uint32Array(new Uint8Array(stored.rgba).buffer);
  const to = new Uint32Array(height * width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [a, b] = isTurned(orientation) ? [x, y] : [y, x];
      const row = isLastRowFirst ? stored.height - 1 - a : a;
      const column = isLastColumnFirst ? stored.width - 1 - b : b;
      to[y * width + x] = from[row * stored.width + column]!;
    }
  }
  return { height, width, rgba: new Uint8Array(to.buffer) };
}
