import type * as tfl from "@tensorflow/tfjs-layers";
import { CausalAttention } from "../layers/causal-attention.ts";

/** Samples of the trial, and the length of a side that may be any. */
export const trialSamples = 2;

/** What a trial is expected to take. */
export interface TrialCost {
  readonly seconds: number;
  /** The layer that takes most of it; null: there is none. */
  readonly heaviest: tfl.layers.Layer | null;
}

/**
 * Products and elements a second of tfjs's plain cpu backend in a trial (values once, values and gradients once), on one core of a small
 * server of 2024: measured within a factor of three.
 */
const perSecond = { product: 40e6, ofFilters: 9e6, ofSteps: 8e6, ofChannel: 1.7e6, element: 5e6 } as const;

/** Estimated from shapes alone, so that it is the same wherever the model is read. O(layers). */
export function trialCost(model: tfl.LayersModel): TrialCost {
  let seconds = 0;
  let heaviest: tfl.layers.Layer | null = null;
  let most = 0;
  const visit = (inner: tfl.LayersModel, uses: number): void => {
    for (const layer of inner.layers) {
      // A model has a node for itself, and one more for each use as a layer.
      if ("layers" in layer) {
        visit(layer as unknown as tfl.LayersModel, uses * Math.max(1, layer.inboundNodes.length - 1));
        continue;
      }
      const own = uses * layer.inboundNodes.reduce((sum, node) => sum + secondsOf(layer, node), 0);
      seconds += own;
      if (own > most) [heaviest, most] = [layer, own];
    }
  };
  visit(model, 1);
  return { seconds, heaviest };
}

type Call = Pick<tfl.layers.Layer["inboundNodes"][number], "inputShapes" | "outputShapes">;

/** One call of a layer for all samples of the trial. */
function secondsOf(layer: tfl.layers.Layer, { inputShapes, outputShapes }: Call): number {
  const [input, output] = [sidesOf(inputShapes), sidesOf(outputShapes)];
  const elements = product(output);
  let seconds = elements / perSecond.element;
  if (layer instanceof CausalAttention) seconds += (2 * input[0]! * elements) / perSecond.product;
  const name = layer.getClassName();
  for (const { shape } of layer.weights) {
    const size = product(shape.map((side) => side ?? 1));
    if (shape.length < 2 || name === "Embedding") seconds += size / perSecond.element;
    else if (/Depthwise|Separable/.test(name)) seconds += (positionsOf(output) * size) / perSecond.ofChannel;
    else if (shape.length > 2) seconds += (positionsOf(output) * size) / perSecond.ofFilters;
    else
      seconds +=
        (Math.max(positionsOf(input), positionsOf(output)) * size) / (isStepwise(name) ? perSecond.ofSteps : perSecond.product);
  }
  return trialSamples * seconds;
}

function isStepwise(name: string): boolean {
  return /LSTM|GRU|RNN|Bidirectional/.test(name);
}

/** The sides of one sample, of the first of several. */
function sidesOf(shapes: tfl.Shape | readonly tfl.Shape[]): readonly number[] {
  const first = (Array.isArray(shapes[0]) ? shapes[0] : shapes) as tfl.Shape;
  return first.slice(1).map((side) => side ?? trialSamples);
}

/** Places at which a kernel is applied: all sides but the channels. */
function positionsOf(sides: readonly number[]): number {
  return product(sides.slice(0, -1));
}

function product(sides: readonly number[]): number {
  return sides.reduce((all, side) => all * side, 1);
}
