import { encode as encodeJpeg } from "jpeg-js";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../../client/data/data-set.ts";
import type { FoundFiles } from "../../../../client/data/found-data.ts";
import type { ReadFilesOptions } from "../../../../client/data/read-files.ts";
import { decodeImage } from "../../../../client/node/decode-image.ts";
import { readTexts } from "./read-texts.ts";

type Color = readonly [red: number, green: number, blue: number, opacity?: number];

function png(height: number, width: number, colorOf: (y: number, x: number) => Color): Uint8Array {
  const picture = new PNG({ height, width });
  for (let i = 0; i < height * width; i += 1) {
    const [red, green, blue, opacity = 255] = colorOf(Math.floor(i / width), i % width);
    picture.data.set([red, green, blue, opacity], 4 * i);
  }
  return new Uint8Array(PNG.sync.write(picture));
}

function jpeg(height: number, width: number, [red, green, blue]: Color): Uint8Array {
  const data = Buffer.alloc(4 * height * width);
  for (let i = 0; i < height * width; i += 1) data.set([red, green, blue, 255], 4 * i);
  return new Uint8Array(encodeJpeg({ height, width, data }, 95).data);
}

const read = (files: Readonly<Record<string, Uint8Array>>, options: ReadFilesOptions = {}): Promise<FoundFiles> =>
  readTexts(files, { decodeImage, ...options });

const red = png(2, 3, () => [200, 10, 20]);
const gray = png(2, 3, (y, x) => [y * 10 + x, y * 10 + x, y * 10 + x]);

describe("pictures in folders", () => {
  it("are images whose classes are the folders, in the order of the alphabet, PNG and JPEG alike", async () => {
    const { format, train, test } = await read({
      "pets/dog/b.png": red,
      "pets/dog/a.jpg": jpeg(2, 3, [60, 120, 180]),
      "pets/cat/test.png": gray,
    });
    expect([format, test]).toEqual(["pictures", null]);
    if (train.kind !== "images") throw new Error("expected images");
    expect(train).toMatchObject({ height: 2, width: 3, channels: 3, classes: ["cat", "dog"], labels: Int32Array.of(0, 1, 1) });
    expect([...train.pixels.subarray(0, 12)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 10, 10, 10]);
    expect([...train.pixels.subarray(36, 39)]).toEqual([200, 10, 20]);
    for (const [i, expected] of [60, 120, 180].entries()) expect(Math.abs(train.pixels[18 + i]! - expected)).toBeLessThan(4);
  });

  it("have one channel if all are gray, in both parts", async () => {
    const { train, test } = await read({
      "train/0/a.png": gray,
      "train/10/a.png": gray,
      "train/9/a.png": gray,
      "test/9/a.png": gray,
    });
    expect(train).toMatchObject({
      channels: 1,
      pixels: { length: 18 },
      classes: ["0", "9", "10"],
      labels: Int32Array.of(0, 2, 1),
    });
    expect(test).toMatchObject({ channels: 1, pixels: Uint8Array.of(0, 1, 2, 10, 11, 12), labels: Int32Array.of(1) });
    expect((await read({ "train/a/a.png": gray, "train/b/b.png": gray, "test/b/a.png": red })).train).toMatchObject({
      channels: 3,
    });
  });

  it("in no folder have no labels", async () => {
    expect((await read({ "a.png": red, "b.png": red })).train).toMatchObject({ labels: null, classes: [] });
  });

  it("are white where they are transparent", async () => {
    const glass = png(1, 2, (_, x) => (x === 0 ? [0, 0, 0, 0] : [100, 0, 0, 127]));
    const { train } = await read({ "a/a.png": glass });
    expect(train.kind === "images" && [...train.pixels]).toEqual([255, 255, 255, 178, 128, 128]);
  });

  it("are brought to one size where one is chosen: a pixel is the mean of what it covers", async () => {
    const board = png(4, 4, (y, x) => (x < 2 ? [y < 2 ? 0 : 40, 0, 0] : [100, x === 2 ? 50 : 150, 0]));
    const { train } = await read({ "a/a.png": board, "b/b.png": red }, { imageSize: { height: 2, width: 2 } });
    expect(train).toMatchObject({ height: 2, width: 2 });
    expect(train.kind === "images" && [...train.pixels.subarray(0, 12)]).toEqual([0, 0, 0, 100, 100, 0, 40, 0, 0, 100, 100, 0]);
  });

  it("with passes are read", async () => {
    // 1×1, gray, interlaced: one pass.
    const bytes = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAE9QAXsAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
      "base64",
    );
    bytes[28] = 1;
    const crc = (await import("node:zlib")).crc32(bytes.subarray(12, 29));
    bytes.writeUInt32BE(crc, 29);
    expect((await read({ "a/a.png": new Uint8Array(bytes) })).train).toMatchObject({ height: 1, width: 1, channels: 1 });
  });

  it.each<[string, Readonly<Record<string, Uint8Array>>, string]>([
    [
      "of another size",
      { "a/a.png": red, "a/b.png": png(3, 3, () => [0, 0, 0]) },
      "a/b.png: expected 2×3 pixels like a/a.png, got 3×3: choose one size for all",
    ],
    [
      "in a folder beside some in none",
      { "a/a.png": red, "b.png": red },
      "b.png: expected a folder that names its class, as a/a.png has, got none",
    ],
    ["cut short", { "a/a.png": red.subarray(0, 50) }, "a/a.png: expected a whole picture, got one that does not decode"],
    ["of a header alone", { "a/a.png": red.subarray(0, 20) }, "a/a.png: expected a whole picture, got one without a header"],
    ["too large to decode", { "a/a.png": red.with(16, 1) }, "a/a.png: expected 1 to 16777216 pixels, got 2×16777219"],
  ])("%s are refused", async (_, files, message) => {
    await expect(read(files)).rejects.toThrow(new DataError(message));
  });

  it("are refused where nothing decodes them", async () => {
    await expect(readTexts({ "a/a.png": red })).rejects.toThrow("a/a.png: expected a program that decodes pictures");
  });
});
