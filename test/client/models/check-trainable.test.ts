import * as tf from "@tensorflow/tfjs";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { checkTrainable } from "../../../client/models/check-trainable.ts";
import { modelOf } from "../../../client/models/model-of.ts";
import { models } from "../../../client/models/registry.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";

const { layers } = tfl;

beforeAll(async () => {
  nodeBackends();
  await tf.setBackend("wasm");
});

/** tfjs has no gradient for `topk`. */
class Largest extends layers.Layer {
  static readonly className = "Largest";

  override computeOutputShape([n]: tfl.Shape): tfl.Shape {
    return [n!, 1];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.topk(Array.isArray(inputs) ? inputs[0]! : inputs, 1).values;
  }
}

/** Has a weight that it does not use. */
class Idle extends layers.Layer {
  static readonly className = "Idle";

  override build(): void {
    this.addWeight("spare", [1], "float32", tfl.initializers.ones());
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return Array.isArray(inputs) ? inputs[0]! : inputs;
  }
}

describe("checkTrainable", () => {
  it.each(models.filter(({ name }) => name !== "gpt2").map(({ name, example, takes }) => [name, example, takes] as const))(
    "takes the built-in %s",
    async (_, example, takes) => {
      const model = await modelOf(example).build({ input: takes === "tokens" ? [8] : [8, 8, 1], outputs: 3 });
      const before = tf.memory().numTensors;
      expect(() => checkTrainable(model)).not.toThrow();
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    },
  );

  it("takes layers of all kinds", () => {
    const model = tfl.sequential({
      layers: [
        layers.separableConv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
        layers.batchNormalization(),
        layers.maxPooling2d({}),
        layers.reshape({ targetShape: [9, 4] }),
        layers.bidirectional({ layer: layers.gru({ units: 3 }), mergeMode: "concat" }),
        layers.dropout({ rate: 0.3 }),
        layers.dense({ units: 2, activation: "selu" }),
      ],
    });
    expect(() => checkTrainable(model)).not.toThrow();
  });

  it("names the layer that has no gradient, and says what is missing", () => {
    const model = tfl.sequential({ layers: [layers.dense({ units: 3, inputShape: [3] }), new Largest({ name: "rest" })] });
    const before = tf.memory().numTensors;
    expect(() => checkTrainable(model)).toThrow(/^layer rest \(Largest\): expected a layer that can be trained, but .*TopK/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("lets such a layer stand before all weights, where no gradient is asked of it", () => {
    const model = tfl.sequential({
      layers: [new Largest({ inputShape: [4] }), layers.dense({ units: 1 })],
    });
    expect(() => checkTrainable(model)).not.toThrow();
  });

  it("names the layer that has a weight for nothing", () => {
    const model = tfl.sequential({ layers: [layers.dense({ units: 3, inputShape: [3] }), new Idle({ name: "idle" })] });
    expect(() => checkTrainable(model)).toThrow(
      new RangeError("layer idle (Idle): expected a layer that can be trained, but the loss does not depend on its spare"),
    );
  });

  it("takes a model with masks as a whole", () => {
    const model = tfl.sequential({
      layers: [
        layers.embedding({ inputDim: 4, outputDim: 2, maskZero: true, inputLength: 3 }),
        layers.lstm({ units: 2 }),
        layers.dense({ units: 1 }),
      ],
    });
    expect(() => checkTrainable(model)).not.toThrow();
  });
});
