import { expect } from "@playwright/test";
import { decodeImage } from "../client/node/decode-image.ts";
import { turnedJpeg } from "../test/client/data/formats/turned-jpeg.ts";
import { test } from "./support/page-test.ts";

test("a JPEG that was taken lying, or mirrored, has the same pixels in a tab as in Node", async ({ open }) => {
  const page = await open("/");
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
    const jpeg = turnedJpeg(
      { height: 16, width: 24 },
      (y, x) => [60 + 120 * Math.floor(y / 8), 40 + 80 * Math.floor(x / 8), 90],
      orientation,
    );
    const { height, width, rgba } = await decodeImage(jpeg, "image/jpeg");
    // As client/browser/decode-image.ts does.
    const inTab = await page.evaluate(
      async (bytes) => {
        const picture = await createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: "image/jpeg" }), {
          premultiplyAlpha: "none",
          colorSpaceConversion: "none",
        });
        const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d")!;
        context.drawImage(picture, 0, 0);
        const { data } = context.getImageData(0, 0, picture.width, picture.height);
        return { height: picture.height, width: picture.width, rgba: [...data] };
      },
      [...jpeg],
    );
    expect([inTab.height, inTab.width], `orientation ${orientation}`).toEqual([height, width]);
    const furthest = Math.max(...inTab.rgba.map((value, i) => Math.abs(value - rgba[i]!)));
    expect(furthest, `orientation ${orientation}`).toBeLessThan(6);
  }
});
