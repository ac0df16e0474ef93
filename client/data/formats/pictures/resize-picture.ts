import type { DecodedImage } from "../format.ts";

interface Size {
  readonly height: number;
  readonly width: number;
}

/** A picture at another size: each pixel is the mean of the area that it covers, without regard to the proportions. O(pixels of both). */
export function resizePicture({ height, width, rgba }: DecodedImage, size: Size): DecodedImage {
  if (height === size.height && width === size.width) return { height, width, rgba };
  const resized = new Uint8ClampedArray(size.height * size.width * 4);
  const sums = new Float64Array(4);
  for (let y = 0; y < size.height; y += 1) {
    const [top, bottom] = [(y * height) / size.height, ((y + 1) * height) / size.height];
    for (let x = 0; x < size.width; x += 1) {
      const [left, right] = [(x * width) / size.width, ((x + 1) * width) / size.width];
      sums.fill(0);
      for (let row = Math.floor(top); row < bottom; row += 1) {
        const tall = Math.min(row + 1, bottom) - Math.max(row, top);
        for (let column = Math.floor(left); column < right; column += 1) {
          const area = tall * (Math.min(column + 1, right) - Math.max(column, left));
          const from = 4 * (row * width + column);
          for (let channel = 0; channel < 4; channel += 1) sums[channel]! += area * rgba[from + channel]!;
        }
      }
      const area = (bottom - top) * (right - left);
      for (let channel = 0; channel < 4; channel += 1) resized[4 * (y * size.width + x) + channel] = sums[channel]! / area;
    }
  }
  return { ...size, rgba: resized };
}
