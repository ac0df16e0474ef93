import * as tf from "@tensorflow/tfjs";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { layoutOfModel, variablesOf } from "../../../client/models/layout-of-model.ts";
import { modelOf } from "../../../client/models/model-of.ts";
import { readParameters, setParameters } from "../../../client/models/model-parameters.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";

const digits = { input: [28, 28, 1], outputs: 10 };

beforeAll(async () => {
  nodeBackends();
  await tf.setBackend("wasm");
});

describe("layoutOfModel", () => {
  it.each([
    ["softmax", digits, 7_850],
    ["mlp(64)", digits, 50_890],
    ["cnn", digits, 9_098],
    ["resnet(18, width=8)", { input: [32, 32, 3], outputs: 10 }, 176_402],
    ["resnet(18, width=16)", { input: [32, 32, 3], outputs: 10 }, 701_466],
    ["gpt(layers=3, heads=3, width=48, context=64)", { input: [64], outputs: 65 }, 91_104],
    ["gpt(layers=4, heads=4, width=128, context=128)", { input: [128], outputs: 256 }, 842_496],
  ])("counts the parameters of %s", async (text, shape, count) => {
    const model = await modelOf(text).build(shape);
    expect(layoutOfModel(model).length).toBe(count);
    model.dispose();
  });

  it("gives weights before a ReLU He's deviation, those of a last layer √(1/inputs), and starts biases and a linear model at zero", async () => {
    const model = await modelOf("mlp(64)").build(digits);
    expect(layoutOfModel(model).tensors).toEqual([
      { name: "hidden/weights", shape: [784, 64], offset: 0, size: 50_176, deviation: Math.sqrt(2 / 784) },
      { name: "hidden/bias", shape: [64], offset: 50_176, size: 64, deviation: 0 },
      { name: "output/weights", shape: [64, 10], offset: 50_240, size: 640, deviation: Math.sqrt(1 / 64) },
      { name: "output/bias", shape: [10], offset: 50_880, size: 10, deviation: 0 },
    ]);
    const convolutional = await modelOf("cnn").build(digits);
    expect(layoutOfModel(convolutional).tensors.map(({ name, deviation }) => [name, deviation])).toEqual([
      ["first/filters", Math.sqrt(2 / 9)],
      ["first/bias", 0],
      ["second/filters", Math.sqrt(2 / 72)],
      ["second/bias", 0],
      ["output/weights", Math.sqrt(1 / 784)],
      ["output/bias", 0],
    ]);
    const linear = await modelOf("softmax").build(digits);
    expect(layoutOfModel(linear).tensors.every(({ deviation }) => deviation === 0)).toBe(true);
  });

  it("starts the scales of norms at one, and puts what layers take down of batches last", async () => {
    const model = await modelOf("resnet(10, width=4, norm=batch)").build({ input: [8, 8, 3], outputs: 2 });
    const layout = layoutOfModel(model);
    const { trained, statistics } = variablesOf(model);
    const last = layout.tensors.slice(trained.length);
    expect(last).toHaveLength(statistics.length);
    expect(last.reduce((sum, { size }) => sum + size, 0)).toBe(layout.statistics);
    expect(layout.tensors.filter(({ fill }) => fill === 1).every(({ name }) => /(gamma|moving_variance)$/.test(name))).toBe(true);
    expect(initialParameters(layout, 1).at(-1)).toBe(1);
    expect(last.every(({ name }) => /moving_(mean|variance)$/.test(name))).toBe(true);
    model.dispose();
  });

  it("reads drawn weights as normal ones of their mean and variance", () => {
    const x = tfl.input({ shape: [6] });
    const layer = (name: string, kernelInitializer: Parameters<typeof tfl.layers.dense>[0]["kernelInitializer"]) =>
      tfl.layers.dense({ name, units: 3, useBias: false, kernelInitializer: kernelInitializer! });
    const y = [
      layer("a", "glorotUniform"),
      layer("b", tfl.initializers.randomUniform({ minval: -1, maxval: 2 })),
      layer("c", tfl.initializers.constant({ value: 0.5 })),
      layer("d", "orthogonal"),
    ].reduce((sent, one) => one.apply(sent) as tfl.SymbolicTensor, x);
    const values = layoutOfModel(tfl.model({ inputs: x, outputs: y })).tensors.map(({ deviation, fill = 0 }) => [
      deviation,
      fill,
    ]);
    expect(values).toEqual([
      [Math.sqrt(1 / 4.5), 0],
      [3 / Math.sqrt(12), 0.5],
      [0, 0.5],
      [1 / Math.sqrt(3), 0],
    ]);
  });

  it("leaves out frozen layers, and names equal layers of inner models apart", () => {
    const inner = () => {
      const x = tfl.input({ shape: [3] });
      return tfl.model({ inputs: x, outputs: tfl.layers.dense({ name: "same", units: 3 }).apply(x) as tfl.SymbolicTensor });
    };
    const x = tfl.input({ shape: [3] });
    const frozen = tfl.layers.dense({ name: "frozen", units: 3, trainable: false });
    const y = [inner(), frozen, inner()].reduce((sent, one) => one.apply(sent) as tfl.SymbolicTensor, x);
    const names = layoutOfModel(tfl.model({ inputs: x, outputs: y })).tensors.map(({ name }) => name);
    expect(names).toEqual(["same/weights", "same/bias", "same/weights#2", "same/bias#2"]);
  });

  it("refuses a layer that does not say how its weights begin, by its name, unless the model brings them", () => {
    const model = tfl.sequential({
      layers: [tfl.layers.dense({ name: "odd", units: 4, inputShape: [4], kernelInitializer: "identity" })],
    });
    expect(() => layoutOfModel(model)).toThrow(
      new RangeError("layer odd (Dense): expected an initializer for its kernel, got none"),
    );
    expect(layoutOfModel(model, { hasWeights: true }).length).toBe(20);
  });

  it("refuses a model that has nothing to learn", () => {
    const model = tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [4, 4] })] });
    expect(() => layoutOfModel(model)).toThrow(new RangeError("expected a model with weights to train, got none"));
  });
});

describe("a model's parameters", () => {
  it("are read as they were set, statistics too, and other weights are as long as the layout or refused", async () => {
    const model = await modelOf("resnet(10, width=4, norm=batch)").build({ input: [8, 8, 3], outputs: 2 });
    const layout = layoutOfModel(model);
    const parameters = Float32Array.from({ length: layout.length }, (_, i) => Math.sin(i));
    const tensors = tf.memory().numTensors;
    setParameters(model, layout, parameters);
    expect(await readParameters(model, layout)).toEqual(parameters);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(() => setParameters(model, layout, parameters.subarray(1))).toThrow(RangeError);
    model.dispose();
  });
});
