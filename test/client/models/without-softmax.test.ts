import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { loadLayers } from "../../../client/models/own/load-layers.ts";
import type { Topology } from "../../../client/models/own/own-model.ts";
import { ownModelOf } from "../../../client/models/own/own-model-of.ts";
import { withoutSoftmax } from "../../../client/models/own/without-softmax.ts";
import { penaltyOf } from "../../../client/models/penalty-of.ts";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const dense = (units: number, args: object = {}) => tfl.layers.dense({ units, ...args });
const functional = (...layers: readonly tfl.layers.Layer[]): tfl.LayersModel => {
  const x = tfl.input({ shape: [4] });
  return tfl.model({
    inputs: x,
    outputs: layers.reduce((y: tfl.SymbolicTensor, layer) => layer.apply(y) as tfl.SymbolicTensor, x),
  });
};
const sequential = (...layers: tfl.layers.Layer[]) => tfl.sequential({ layers });

describe("a model without the softmax at its end", () => {
  it.each<[string, () => tfl.LayersModel]>([
    [
      "of a dense layer",
      () => sequential(dense(5, { inputShape: [4], activation: "relu" }), dense(3, { activation: "softmax" })),
    ],
    ["of an activation", () => sequential(dense(3, { inputShape: [4] }), tfl.layers.activation({ activation: "softmax" }))],
    ["of a layer of its own", () => functional(dense(5), dense(3), tfl.layers.softmax())],
    ["of a functional model", () => functional(dense(5, { activation: "softmax" }), dense(3, { activation: "softmax" }))],
    [
      "of a model inside the model",
      () => sequential(dense(5, { inputShape: [4] }), sequential(dense(3, { inputShape: [5], activation: "softmax" }))),
    ],
  ])("gives logits, whose softmax is what the model gives: that %s", async (_, make) => {
    const model = make();
    const { topology, weights } = await ownModelOf(model);
    const bare = await loadLayers(withoutSoftmax(topology), weights);
    const x = tf.randomNormal([6, 4], 0, 1, "float32", 3);
    const [expected, logits] = [model.predict(x) as tf.Tensor, bare.predict(x) as tf.Tensor];
    const [a, b] = [expected.dataSync(), tf.softmax(logits).dataSync()];
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-6);
    expect(
      tf
        .abs(tf.sub(tf.sum(logits, -1), 1))
        .dataSync()
        .every((far) => far > 1e-4),
    ).toBe(true);
    expect(bare.weights.map(({ originalName }) => originalName)).toEqual(model.weights.map(({ originalName }) => originalName));
  });

  it("is the same where it ends otherwise, or is no list of layers", async () => {
    const { topology } = await ownModelOf(sequential(dense(3, { inputShape: [4], activation: "sigmoid" })));
    expect(withoutSoftmax(topology)).toBe(topology);
    const odd: Topology = { class_name: "Model", config: { layers: [], output_layers: "none" } };
    expect(withoutSoftmax(odd)).toBe(odd);
  });
});

describe("the penalty of a model", () => {
  it("is what the regularizers of trained weights add, and has their gradient", () => {
    const l2 = tfl.regularizers.l2({ l2: 0.01 });
    const kept = dense(4, { inputShape: [4], kernelRegularizer: l2, trainable: false });
    const model = sequential(kept, sequential(dense(3, { inputShape: [4], kernelRegularizer: l2, biasRegularizer: l2 })));
    const [kernel, bias] = model.layers[1]!.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { value, grads } = tf.valueAndGrads(() => penaltyOf(model)!())([kernel!, bias!]);
    const [w] = [[...kernel!.dataSync()]];
    expect(value.dataSync()[0]).toBeCloseTo(0.01 * w!.reduce((sum, one) => sum + one * one, 0), 6);
    for (const [i, slope] of grads[0]!.dataSync().entries()) expect(slope).toBeCloseTo(0.02 * w![i]!, 6);
  });

  it("is none where no layer has a regularizer", () => {
    expect(penaltyOf(sequential(dense(3, { inputShape: [4] })))).toBeNull();
  });
});
