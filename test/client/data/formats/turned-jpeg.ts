import { encode } from "jpeg-js";
import type { Orientation } from "../../../../client/data/formats/pictures/orientation.ts";

type Color = readonly [red: number, green: number, blue: number];

/** EXIF 2.32, tag 274: where the stored row 0 and column 0 lie in the picture. */
const sides: Readonly<Record<Orientation, readonly [row: string, column: string]>> = {
  1: ["top", "left"],
  2: ["top", "right"],
  3: ["bottom", "right"],
  4: ["bottom", "left"],
  5: ["left", "top"],
  6: ["right", "top"],
  7: ["right", "bottom"],
  8: ["left", "bottom"],
};

/** A JPEG that shows a picture of that size and these colors, stored by an orientation that its EXIF names. */
export function turnedJpeg(
  { height, width }: { readonly height: number; readonly width: number },
  colorOf: (y: number, x: number) => Color,
  orientation: Orientation,
  isLittle = false,
): Uint8Array {
  const [row, column] = sides[orientation];
  const isTurned = row === "left" || row === "right";
  const [rows, columns] = isTurned ? [width, height] : [height, width];
  const data = Buffer.alloc(4 * rows * columns);
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < columns; c += 1) {
      const place = { [row]: r, [column]: c };
      const y = place["top"] ?? height - 1 - place["bottom"]!;
      const x = place["left"] ?? width - 1 - place["right"]!;
      data.set([...colorOf(y, x), 255], 4 * (r * columns + c));
    }
  }
  const plain = encode({ height: rows, width: columns, data }, 100).data;
  return new Uint8Array(Buffer.concat([plain.subarray(0, 2), app1(orientation, isLittle), plain.subarray(2)]));
}

/** An APP1 segment whose directory has the orientation as its second entry. */
export function app1(orientation: number, isLittle = false): Uint8Array {
  const bytes = new Uint8Array(4 + 6 + 8 + 2 + 2 * 12 + 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xffe1);
  view.setUint16(2, bytes.length - 2);
  bytes.set(new TextEncoder().encode("Exif"), 4);
  view.setUint16(10, isLittle ? 0x4949 : 0x4d4d);
  view.setUint16(12, 42, isLittle);
  view.setUint32(14, 8, isLittle);
  view.setUint16(18, 2, isLittle);
  for (const [i, [tag, value]] of [[0x106, 6] as const, [0x112, orientation] as const].entries()) {
    view.setUint16(20 + 12 * i, tag, isLittle);
    view.setUint16(22 + 12 * i, 3, isLittle);
    view.setUint32(24 + 12 * i, 1, isLittle);
    view.setUint16(28 + 12 * i, value, isLittle);
  }
  return bytes;
}
