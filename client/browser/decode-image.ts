import type { DecodeImage } from "../data/formats/format.ts";

/** Decodes PNG and JPEG as the browser does. */
export const decodeImage: DecodeImage = async (bytes, type) => {
  const picture = await createImageBitmap(new Blob([bytes.slice()], { type }), {
    premultiplyAlpha: "none",
    colorSpaceConversion: "none",
  });
  try {
    const { height, width } = picture;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("expected a canvas to draw on, got none");
    context.drawImage(picture, 0, 0);
    return { height, width, rgba: context.getImageData(0, 0, width, height).data };
  } finally {
    picture.close();
  }
};
