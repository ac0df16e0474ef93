import { exifOrientation, isTurned, type Orientation } from "./orientation.ts";

export type PictureType = "image/png" | "image/jpeg";

/** The marker of a segment that may hold EXIF. */
const app1 = 0xe1;

const pngStart = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** null: neither. */
export function pictureType(bytes: Uint8Array): PictureType | null {
  if (pngStart.every((byte, i) => bytes[i] === byte)) return "image/png";
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff ? "image/jpeg" : null;
}

interface PictureHeader {
  /** As the picture is shown. */
  readonly height: number;
  readonly width: number;
  /** A JPEG's; a PNG is shown as it is stored. */
  readonly orientation: Orientation;
}

/** What a picture's header says, before anything is decoded; null: it has none. */
export function pictureHeader(bytes: Uint8Array): PictureHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (pictureType(bytes) === "image/png")
    return bytes.length < 24 ? null : { width: view.getUint32(16), height: view.getUint32(20), orientation: 1 };
  // JPEG: segments of a marker and a length, up to a start of frame (ITU T.81, B.2.2).
  let orientation: Orientation | null = null;
  for (let at = 2; at + 9 <= bytes.length; ) {
    const marker = bytes[at + 1]!;
    if (bytes[at] !== 0xff) return null;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    const length = view.getUint16(at + 2);
    if (isFrame) {
      const [rows, columns] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      const shown =
        orientation !== null && isTurned(orientation) ? { height: columns, width: rows } : { height: rows, width: columns };
      return { ...shown, orientation: orientation ?? 1 };
    }
    if (marker === app1) orientation ??= exifOrientation(bytes.subarray(at + 4, at + 2 + length));
    at += 2 + length;
  }
  return null;
}
