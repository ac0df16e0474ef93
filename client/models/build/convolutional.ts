import * as tfl from "@tensorflow/tfjs-layers";
import type { ModelShape } from "../model-method.ts";
import { applied } from "./applied.ts";

/** Filters of the two convolutions. Each is followed by means of 2×2. */
const filters = [8, 16] as const;
const shrink = 4;

/** Two layers of 3×3 filters, each followed by a ReLU and 2×2 means, and a dense one. @throws {RangeError} if it does not fit the images */
export function convolutional({ input, outputs }: ModelShape): tfl.LayersModel {
  const [height, width, channels] = input;
  if (height === undefined || width === undefined || channels === undefined || input.length !== 3)
    throw new RangeError(`expected images (height, width, channels) for a cnn, got samples of ${input.join("×")}`);
  if (height % shrink !== 0 || width % shrink !== 0)
    throw new RangeError(`expected images whose sides are multiples of ${shrink} for a cnn, got ${height}×${width}`);
  const layer = (name: string, count: number) =>
    tfl.layers.conv2d({
      ...{ name, filters: count, kernelSize: 3, padding: "same", activation: "relu", kernelInitializer: "heNormal" },
    });
  const x = tfl.input({ shape: [height, width, channels] });
  const layers = [
    layer("first", filters[0]),
    tfl.layers.averagePooling2d({ name: "mean1", poolSize: 2 }),
    layer("second", filters[1]),
    tfl.layers.averagePooling2d({ name: "mean2", poolSize: 2 }),
    tfl.layers.flatten({ name: "flat" }),
    tfl.layers.dense({ name: "output", units: outputs, kernelInitializer: "leCunNormal" }),
  ];
  return tfl.model({ inputs: x, outputs: layers.reduce((y: tfl.SymbolicTensor, layer) => applied(layer, y), x) });
}
