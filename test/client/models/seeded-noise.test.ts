import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { seededNoise } from "../../../client/models/seeded-noise.ts";
import { seeded } from "../../../shared/base/random.ts";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const wide = 400;
const layers: readonly (readonly [string, () => tfl.layers.Layer])[] = [
  ["Dropout", () => tfl.layers.dropout({ rate: 0.3, seed: 3, inputShape: [10, wide] })],
  [
    "Dropout of whole columns",
    () => tfl.layers.dropout({ rate: 0.3, noiseShape: [null as unknown as number, 1, wide], inputShape: [10, wide] }),
  ],
  ["SpatialDropout1D", () => tfl.layers.spatialDropout1d({ rate: 0.3, inputShape: [10, wide] } as never)],
  ["GaussianNoise", () => tfl.layers.gaussianNoise({ stddev: 0.3, inputShape: [10, wide] })],
  ["GaussianDropout", () => tfl.layers.gaussianDropout({ rate: 0.3, inputShape: [10, wide] })],
  ["AlphaDropout", () => tfl.layers.alphaDropout({ rate: 0.3, inputShape: [10, wide] })],
].filter(([name]) => name !== "SpatialDropout1D" || "spatialDropout1d" in tfl.layers) as never;

/** A model of one layer, and its outputs in training for inputs of standard normal numbers. */
function outputsOf(layer: tfl.layers.Layer) {
  const model = tfl.sequential({ layers: [layer] });
  const noise = seededNoise(model);
  const rng = seeded(1, "inputs");
  const x = tf.tensor(
    Float32Array.from({ length: 4 * 10 * wide }, () => rng.normal()),
    [4, 10, wide],
  );
  const read = (training: boolean): number[] => [...(model.apply(x, { training }) as tf.Tensor).dataSync()];
  return { model, noise, inputs: [...x.dataSync()], read };
}

const moments = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
};

describe("layers that drop or add noise", () => {
  it.each(layers)("%s draws the same from the same stream, and anew at each step", (_, layer) => {
    const { noise, read } = outputsOf(layer());
    const at = (step: number): number[] => {
      noise.begin(seeded(5, "noise", 0, step));
      return read(true);
    };
    const first = at(1);
    expect(at(1)).toEqual(first);
    expect(at(2)).not.toEqual(first);
  });

  it.each(layers)("%s leaves its inputs alone when nothing is trained", (_, layer) => {
    const { inputs, read } = outputsOf(layer());
    expect(read(false)).toEqual(inputs);
  });

  it.each(layers)("%s keeps the mean, to four of its standard errors", (_, layer) => {
    const { noise, inputs, read } = outputsOf(layer());
    noise.begin(seeded(6, "noise"));
    const { mean, variance } = moments(read(true).map((value, i) => value - inputs[i]!));
    // Whole columns share a draw: as many are independent as there are columns in all samples.
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / (4 * wide)));
  });

  it("Dropout drops its part, and AlphaDropout keeps the variance", () => {
    const dropout = outputsOf(layers[0]![1]());
    dropout.noise.begin(seeded(7, "noise"));
    const dropped = dropout.read(true).filter((value) => value === 0).length / dropout.inputs.length;
    expect(dropped).toBeCloseTo(0.3, 1);
    const alpha = outputsOf(layers.at(-1)![1]());
    alpha.noise.begin(seeded(7, "noise"));
    expect(moments(alpha.read(true)).variance).toBeCloseTo(1, 1);
  });

  it("are found in models inside the model, and in wrappers, which then draw from the same stream", () => {
    const inner = tfl.sequential({ layers: [tfl.layers.dropout({ rate: 0.5, inputShape: [10, wide] })] });
    const wrapped = tfl.layers.timeDistributed({ layer: tfl.layers.dropout({ rate: 0.5 }) });
    const model = tfl.sequential({ layers: [inner, wrapped] });
    const noise = seededNoise(model);
    const x = tf.ones([2, 10, wide]);
    const at = (step: number): number[] => {
      noise.begin(seeded(8, "noise", step));
      return [...(model.apply(x, { training: true }) as tf.Tensor).dataSync()];
    };
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
  });
});
