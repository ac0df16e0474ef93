import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exifOrientation, type Orientation } from "../../../../client/data/formats/pictures/orientation.ts";
import { pictureHeader } from "../../../../client/data/formats/pictures/picture-header.ts";
import { decodeImage } from "../../../../client/node/decode-image.ts";
import { readTexts } from "./read-texts.ts";
import { app1, turnedJpeg } from "./turned-jpeg.ts";

const size = { height: 16, width: 24 } as const;
/** Squares of 8 pixels, each of a color of its own: a JPEG's blocks. */
const colorOf = (y: number, x: number) => [60 + 120 * Math.floor(y / 8), 40 + 80 * Math.floor(x / 8), 90] as const;
const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const satisfies readonly Orientation[];

describe("a JPEG", () => {
  it.each(orientations.flatMap((orientation) => [[orientation, false] as const, [orientation, true] as const]))(
    "of orientation %i is read as it is shown, little-endian: %s",
    async (orientation, isLittle) => {
      const bytes = turnedJpeg(size, colorOf, orientation, isLittle);
      expect(pictureHeader(bytes)).toEqual({ ...size, orientation });
      const { train } = await readTexts({ "a.jpg": bytes }, { decodeImage });
      if (train.kind !== "images") throw new Error("expected images");
      expect(train).toMatchObject({ ...size, channels: 3 });
      for (let y = 0; y < size.height; y += 1)
        for (let x = 0; x < size.width; x += 1)
          for (const [channel, expected] of colorOf(y, x).entries())
            expect(Math.abs(train.pixels[3 * (y * size.width + x) + channel]! - expected)).toBeLessThan(6);
    },
  );

  it("stored lying lies in one folder with one that is stored upright", async () => {
    const files = { "trees/a.jpg": turnedJpeg(size, colorOf, 6), "trees/b.jpg": turnedJpeg(size, colorOf, 1) };
    expect((await readTexts(files, { decodeImage })).train).toMatchObject(size);
  });

  it("whose EXIF is cut off, of another type, out of range or any bytes is shown as it is stored", () => {
    const segment = app1(6).subarray(4);
    expect(exifOrientation(segment)).toBe(6);
    for (let length = 0; length < segment.length - 4; length += 1)
      expect(exifOrientation(segment.subarray(0, length))).toBeNull();
    expect(exifOrientation(app1(0).subarray(4))).toBeNull();
    expect(exifOrientation(app1(9).subarray(4))).toBeNull();
    const long = segment.slice();
    long[33] = 4;
    expect(exifOrientation(long)).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const found = exifOrientation(Uint8Array.of(...segment.subarray(0, 6), ...bytes));
        expect(found === null || orientations.includes(found)).toBe(true);
      }),
    );
  });
});
