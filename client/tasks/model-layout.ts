import { type Layout, layoutOf } from "../../shared/base/layout.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { ImageShape } from "../data/data-set.ts";

/** The fields of a run's configuration that say which model it trains. */
export type ModelChoice = Pick<RunConfig, "model" | "hidden">;

/** The convolutional network: two layers of 3×3 filters (`filters` in each), each followed by a ReLU and 2×2 means. */
const convolutional = { side: 3, filters: [8, 16], shrink: 4 } as const;

/**
 * The tensors of a model for images of this shape, in the order in which `forward` takes them.
 * Weights before a ReLU start with He's deviation √(2/inputs) (He et al. 2015), those of the last layer with
 * √(1/inputs); biases start at zero. Needs no tfjs: a bench or a simulation can ask how large a model is.
 * @throws {RangeError} for a convolutional network over images whose sides are no multiples of 4
 */
export function modelLayout({ model, hidden }: ModelChoice, shape: ImageShape): Layout {
  const { height, width, channels, classes } = shape;
  const pixels = height * width * channels;
  switch (model) {
    case "softmax":
      return layoutOf(dense("output", pixels, classes, 0));
    case "mlp":
      return layoutOf([
        ...dense("hidden", pixels, hidden, Math.sqrt(2 / pixels)),
        ...dense("output", hidden, classes, Math.sqrt(1 / hidden)),
      ]);
    case "cnn": {
      const { side, filters, shrink } = convolutional;
      if (height % shrink !== 0 || width % shrink !== 0) {
        throw new RangeError(`expected images whose sides are multiples of ${shrink} for a cnn, got ${height}×${width}`);
      }
      const features = (height / shrink) * (width / shrink) * filters[1];
      return layoutOf([
        ...convolution("first", side, channels, filters[0]),
        ...convolution("second", side, filters[0], filters[1]),
        ...dense("output", features, classes, Math.sqrt(1 / features)),
      ]);
    }
  }
}

function dense(name: string, inputs: number, outputs: number, deviation: number) {
  return [
    { name: `${name}/weights`, shape: [inputs, outputs], deviation },
    { name: `${name}/bias`, shape: [outputs] },
  ];
}

function convolution(name: string, side: number, inputs: number, outputs: number) {
  return [
    { name: `${name}/filters`, shape: [side, side, inputs, outputs], deviation: Math.sqrt(2 / (side * side * inputs)) },
    { name: `${name}/bias`, shape: [outputs] },
  ];
}
