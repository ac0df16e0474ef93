import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { modelOf } from "../../../client/models/model-of.ts";
import { trialCost } from "../../../client/models/own/trial-cost.ts";
import { models } from "../../../client/models/registry.ts";

const { layers } = tfl;
const row = (...all: readonly tfl.layers.Layer[]): tfl.Sequential => tfl.sequential({ layers: [...all] });

beforeAll(() => tf.setBackend("cpu"));

describe("the cost of a trial", () => {
  it("of each built-in model is less than a minute, but for GPT-2 of the paper's size", async () => {
    for (const { name, example, takes } of models) {
      const shape = takes === "tokens" ? { input: [64], outputs: 65 } : { input: [32, 32, 3], outputs: 10 };
      if (name !== "gpt2") expect(trialCost(await modelOf(example).build(shape)).seconds, name).toBeLessThan(60);
    }
  });

  it("grows with what a layer does at each place, and is that of the layers of a model inside, each time that it is used", () => {
    const seconds = (side: number): number =>
      trialCost(row(layers.conv2d({ inputShape: [side, side, 3], filters: 8, kernelSize: 3, padding: "same" }))).seconds;
    expect(seconds(64) / seconds(32)).toBeCloseTo(4, 1);
    const inside = (uses: number): number => {
      const inner = row(layers.dense({ inputShape: [200], units: 200 }));
      const input = tfl.input({ shape: [200] });
      let outputs = input;
      for (let i = 0; i < uses; i += 1) outputs = inner.apply(outputs) as tfl.SymbolicTensor;
      return trialCost(tfl.model({ inputs: input, outputs })).seconds;
    };
    const alone = trialCost(row(layers.dense({ inputShape: [200], units: 200 }))).seconds;
    expect(inside(1) / alone).toBeCloseTo(1, 1);
    expect(inside(2) / alone).toBeCloseTo(2, 1);
  });

  it("names the layer that takes most of it, be it by what it gives alone", () => {
    expect(
      trialCost(row(layers.upSampling2d({ inputShape: [1_000, 1_000, 3], size: [8, 8], name: "blow" }))).heaviest?.name,
    ).toBe("blow");
    const steps = row(
      layers.lstm({ inputShape: [500, 8], units: 64, recurrentInitializer: "zeros", name: "recall" }),
      layers.dense({ units: 2 }),
    );
    expect(trialCost(steps).heaviest?.name).toBe("recall");
  });

  it("of an embedding does not grow with the rows that are not read", () => {
    const { seconds } = trialCost(
      row(layers.embedding({ inputDim: 50_000, outputDim: 64, inputLength: 128 }), layers.flatten(), layers.dense({ units: 2 })),
    );
    expect(seconds).toBeLessThan(5);
  });
});
