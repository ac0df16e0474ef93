import type { Rng } from "../../../shared/base/random.ts";
import type { ImageShape } from "../../data/data-set.ts";
import { noStatistics, requireSample, type Samples } from "./samples.ts";

/** Pixels by which a crop may be moved each way (He et al. 2016, §4.2). */
const margin = 4;

/** Images with their class numbers. */
export interface ClassedImages extends Pick<ImageShape, "height" | "width" | "channels"> {
  /** n · height · width · channels, row-major, channels last: bytes from 0 to 255, or floats from 0 to 1. */
  readonly pixels: Uint8Array | Float32Array;
  readonly labels: Int32Array | Uint8Array;
  /** Whether each image is moved by up to 4 pixels and half of them are mirrored, each time it is drawn for training. */
  readonly isAugmented?: boolean;
}

/** Images as floats from 0 to 1. */
export function imageSamples({ pixels, labels, isAugmented = false, ...sides }: ClassedImages): Samples {
  const size = sides.height * sides.width * sides.channels;
  const scale = pixels instanceof Uint8Array ? 1 / 255 : 1;
  return {
    count: labels.length,
    statistics: noStatistics,
    gather(batch, { rng }) {
      const inputs = new Float32Array(batch.length * size);
      const targets = new Int32Array(batch.length);
      for (let i = 0; i < batch.length; i += 1) {
        const sample = requireSample(batch[i]!, labels.length);
        targets[i] = labels[sample]!;
        const image = pixels.subarray(sample * size, (sample + 1) * size);
        const row = inputs.subarray(i * size, (i + 1) * size);
        if (isAugmented && rng !== undefined) move(image, row, sides, rng);
        else row.set(image);
      }
      if (scale !== 1) for (let i = 0; i < inputs.length; i += 1) inputs[i]! *= scale;
      return { inputs, targets };
    },
  };
}

/** Copies an image moved by up to `margin` pixels each way, black beyond its edges, and mirrored half of the time. */
function move(
  image: Uint8Array | Float32Array,
  to: Float32Array,
  { height, width, channels }: Pick<ImageShape, "height" | "width" | "channels">,
  rng: Rng,
): void {
  const down = rng.integer(2 * margin + 1) - margin;
  const right = rng.integer(2 * margin + 1) - margin;
  const isMirrored = rng.integer(2) === 1;
  for (let y = 0; y < height; y += 1) {
    const fromY = y + down;
    if (fromY < 0 || fromY >= height) continue;
    for (let x = 0; x < width; x += 1) {
      const fromX = (isMirrored ? width - 1 - x : x) + right;
      if (fromX < 0 || fromX >= width) continue;
      const from = (fromY * width + fromX) * channels;
      const at = (y * width + x) * channels;
      for (let c = 0; c < channels; c += 1) to[at + c] = image[from + c]!;
    }
  }
}
