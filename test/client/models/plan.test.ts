import * as tf from "@tensorflow/tfjs";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { layoutOfModel } from "../../../client/models/layout-of-model.ts";
import { modelOf } from "../../../client/models/model-of.ts";
import { setParameters } from "../../../client/models/model-parameters.ts";
import { planOf } from "../../../client/models/plan/plan.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";
import { differentiated, relativeGap, wavy } from "./differentiated.ts";

beforeAll(async () => {
  nodeBackends();
  await tf.setBackend("wasm");
});

const { layers } = tfl;

/** Models of layers as people make them. Their names are theirs. */
const brought: Readonly<Record<string, () => tfl.LayersModel>> = {
  "convolutions of any stride and padding": () =>
    tfl.sequential({
      layers: [
        layers.conv2d({ inputShape: [9, 8, 2], filters: 3, kernelSize: [3, 2], strides: 2, activation: "tanh" }),
        layers.conv2d({ filters: 4, kernelSize: 2, padding: "same", useBias: false, activation: "relu" }),
        layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", strides: [1, 1] }),
        layers.averagePooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 3, activation: "sigmoid" }),
      ],
    }),
  "statistics of batches, pools, separable filters": () =>
    tfl.sequential({
      layers: [
        layers.separableConv2d({ inputShape: [8, 8, 3], filters: 6, kernelSize: 3, padding: "same" }),
        layers.batchNormalization({ momentum: 0.8 }),
        layers.reLU(),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
        layers.globalMaxPooling2d({}),
        layers.dense({ units: 2, activation: "softmax" }),
      ],
    }),
  "branches that meet, and a layer that is used twice": () => {
    const x = tfl.input({ shape: [6] });
    const shared = layers.dense({ units: 6, activation: "relu" });
    const left = shared.apply(x) as tfl.SymbolicTensor;
    const right = shared.apply(layers.dense({ units: 6, activation: "elu" }).apply(left)) as tfl.SymbolicTensor;
    const sum = layers.concatenate().apply([layers.add().apply([left, right]) as tfl.SymbolicTensor, x]);
    return tfl.model({ inputs: x, outputs: layers.dense({ units: 2 }).apply(sum) as tfl.SymbolicTensor });
  },
  "a model inside a model, and a frozen layer": () => {
    const inner = tfl.sequential({
      layers: [layers.dense({ units: 5, inputShape: [4], activation: "relu" }), layers.dense({ units: 4 })],
    });
    const frozen = layers.dense({ units: 4, trainable: false, activation: "relu" });
    return tfl.sequential({ layers: [layers.dense({ units: 4, inputShape: [3] }), inner, frozen, layers.layerNormalization()] });
  },
  "a model inside a model, and a dense layer behind it": () => {
    const inner = tfl.sequential({ layers: [layers.dense({ units: 4, inputShape: [3], activation: "tanh" })] });
    return tfl.sequential({ layers: [layers.reshape({ targetShape: [3], inputShape: [3] }), inner, layers.dense({ units: 2 })] });
  },
  recurrence: () => tfl.sequential({ layers: [layers.lstm({ units: 4, inputShape: [5, 3] }), layers.dense({ units: 2 })] }),
};

const tolerance = 1e-4;

describe("planOf", () => {
  it.each(Object.entries(brought))("trains %s as tfjs does on the cpu", async (_, make) => {
    await tf.setBackend("wasm");
    const model = make();
    const [, ...shape] = model.inputs[0]!.shape as number[];
    const own = {
      inputs: () => wavy([4, ...shape]),
      loss: (outputs: tf.Tensor) => tf.mean(tf.mul(outputs, wavy(outputs.shape, 3))) as tf.Scalar,
    };
    const found = await differentiated(model, own, { backend: "wasm", by: "plan" });
    const expected = await differentiated(model, own, { backend: "cpu", by: "apply" });
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(tolerance);
    expect(relativeGap(found.gradients.flat(), expected.gradients.flat())).toBeLessThan(tolerance);
    expect(relativeGap(found.statistics.flat(), expected.statistics.flat())).toBeLessThan(tolerance);
    model.dispose();
  });

  it("drops in training only", async () => {
    await tf.setBackend("wasm");
    const model = tfl.sequential({ layers: [layers.dropout({ rate: 0.5, inputShape: [100] }), layers.dense({ units: 1 })] });
    const plan = planOf(model);
    const at = (isTraining: boolean): number => tf.tidy(() => plan(tf.ones([1, 100]), isTraining).dataSync()[0]!);
    expect(at(false)).toBe(at(false));
    expect(at(true)).not.toBe(at(false));
  });

  it("tells layers what is padding where a layer masks it", async () => {
    await tf.setBackend("wasm");
    const model = tfl.sequential({
      layers: [layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputLength: 4 }), layers.simpleRNN({ units: 2 })],
    });
    const tokens = tf.tensor2d([[1, 2, 0, 0]]);
    const [planned, predicted] = [planOf(model)(tokens, false), model.predict(tokens) as tf.Tensor];
    expect(await planned.array()).toEqual(await predicted.array());
  });

  it("leaves a frozen layer's statistics as they are", async () => {
    await tf.setBackend("wasm");
    const frozen = layers.batchNormalization({ trainable: false, inputShape: [3] });
    const model = tfl.sequential({ layers: [frozen, layers.dense({ units: 1 })] });
    tf.tidy(() => planOf(model)(wavy([8, 3]), true));
    expect(await frozen.getWeights()[2]!.array()).toEqual([0, 0, 0]);
  });

  it("refuses a model of two inputs", () => {
    const [a, b] = [tfl.input({ shape: [2] }), tfl.input({ shape: [2] })];
    const model = tfl.model({ inputs: [a, b], outputs: layers.add().apply([a, b]) as tfl.SymbolicTensor });
    expect(() => planOf(model)).toThrow(new RangeError("expected a model of one input and one output, got 2 and 1"));
  });
});

describe("a built-in model that is saved", () => {
  it.each([
    ["cnn", [8, 8, 1]],
    ["resnet(10, width=8, norm=group)", [8, 8, 3]],
    ["gpt(layers=1, heads=2, width=8, context=6)", [6]],
  ])("%s is loaded by tfjs, with its own layers, and says the same", async (text, input) => {
    await tf.setBackend("wasm");
    const model = await modelOf(text).build({ input, outputs: 4 });
    const layout = layoutOfModel(model);
    setParameters(model, layout, initialParameters(layout, 1));
    let saved: tf.io.ModelArtifacts | null = null;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = JSON.parse(JSON.stringify({ ...artifacts, weightData: undefined })) as tf.io.ModelArtifacts;
        saved.weightData = artifacts.weightData!;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved!));
    expect(layoutOfModel(loaded)).toEqual(layout);
    const x = text.startsWith("gpt") ? tf.tensor2d([[1, 3, 2, 0, 1, 2]], [1, 6], "int32") : wavy([1, ...input]);
    const [before, after] = [planOf(model)(x, false), loaded.predict(x) as tf.Tensor];
    expect(relativeGap([...(await after.data())], [...(await before.data())])).toBeLessThan(1e-6);
  });
});
