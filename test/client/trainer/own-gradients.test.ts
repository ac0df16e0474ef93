import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { glyphShape } from "../../../client/peer/data/glyphs.ts";
import { trainingProbe } from "../../../client/peer/trainer/training-probe.ts";

it.each(["softmax", "mlp", "cnn"] as const)(
  "a %s trains without any of tfjs's gradients, which a tab does not load",
  async (model) => {
    expect(tf.getGradient("Reshape")).toBeUndefined();
    for (const { name } of nodeBackends()) {
      const { gradient } = await trainingProbe({ model, hidden: 8 }, glyphShape)(name);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  },
);
