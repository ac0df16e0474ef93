import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { type Rng, seeded } from "../../shared/base/random.ts";
import { eachLayer } from "./each-layer.ts";

/** Where the layers of one model that drop or add noise draw from. */
export interface SeededNoise {
  /** The draws of the next step come from this stream. */
  begin(rng: Rng): void;
}

/** Fixed point of SELU, −α·scale: what AlphaDropout sets a dropped unit to (Klambauer et al. 2017). */
const dropped = -1.6732632423543772 * 1.0507009873554805;

/** What a layer computes in training; `rate` is the part that is dropped, above 0 and below 1. */
type Noise = (x: tf.Tensor, layer: tfl.layers.Layer, rng: Rng) => tf.Tensor;

const noises: Readonly<Record<string, Noise>> = {
  Dropout: (x, layer, rng) => dropout(x, rateOf(layer), { shape: shapeOf(layer, x), rng }),
  SpatialDropout1D: (x, layer, rng) => dropout(x, rateOf(layer), { shape: [x.shape[0]!, 1, x.shape[2]!], rng }),
  GaussianNoise: (x, layer, rng) => tf.add(x, normal(x.shape, { mean: 0, deviation: numberOf(layer, "stddev"), rng })),
  GaussianDropout: (x, layer, rng) => {
    const rate = rateOf(layer);
    return tf.mul(x, normal(x.shape, { mean: 1, deviation: Math.sqrt(rate / (1 - rate)), rng }));
  },
  AlphaDropout: (x, layer, rng) => {
    const rate = rateOf(layer);
    const kept = mask(shapeOf(layer, x), { rate, value: 1, rng });
    const a = 1 / Math.sqrt((1 - rate) * (1 + rate * dropped ** 2));
    const mixed = tf.add(tf.mul(x, kept), tf.mul(tf.sub(1, kept), dropped));
    return tf.add(tf.mul(mixed, a), -a * dropped * rate);
  },
};

/**
 * Has the layers of a model that drop or add noise (Dropout, SpatialDropout1D, GaussianNoise, GaussianDropout, AlphaDropout) draw from
 * one stream, in the order of their calls; a seed of their own is not read, for it would give one mask at every step. O(draws) a step.
 */
export function seededNoise(model: tfl.LayersModel): SeededNoise {
  let current = seeded(0, "noise");
  for (const layer of eachLayer(model)) {
    const name = layer.getClassName();
    if (!Object.hasOwn(noises, name)) continue;
    const noise = noises[name]!;
    layer.call = (inputs, { training }) => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const isOff = name !== "GaussianNoise" && !(rateOf(layer) > 0 && rateOf(layer) < 1);
      return training !== true || isOff ? tf.clone(x) : tf.tidy(() => noise(x, layer, current));
    };
  }
  return {
    begin(rng) {
      current = rng;
    },
  };
}

interface MaskOptions {
  readonly shape: readonly number[];
  readonly rng: Rng;
}

/** x · mask / (1 − rate). */
function dropout(x: tf.Tensor, rate: number, { shape, rng }: MaskOptions): tf.Tensor {
  return tf.mul(x, mask(shape, { rate, value: 1 / (1 - rate), rng }));
}

/** 0 with the probability `rate`, else `value`. */
function mask(shape: readonly number[], given: { readonly rate: number; readonly value: number; readonly rng: Rng }): tf.Tensor {
  const { rate, value, rng } = given;
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => (rng.uniform() < rate ? 0 : value)),
    [...shape],
  );
}

interface Normal {
  readonly mean: number;
  readonly deviation: number;
  readonly rng: Rng;
}

function normal(shape: readonly number[], { mean, deviation, rng }: Normal): tf.Tensor {
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => mean + deviation * rng.normal()),
    [...shape],
  );
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function numberOf(layer: tfl.layers.Layer, key: string): number {
  return Number(layer.getConfig()[key]);
}

function rateOf(layer: tfl.layers.Layer): number {
  return numberOf(layer, "rate");
}

/** The shape of a layer's mask: x's, or the one that the layer names, its missing sides as in x. */
function shapeOf(layer: tfl.layers.Layer, x: tf.Tensor): readonly number[] {
  const named = layer.getConfig()["noiseShape"] as readonly (number | null)[] | null | undefined;
  return named == null ? x.shape : named.map((side, i) => side ?? x.shape[i]!);
}
