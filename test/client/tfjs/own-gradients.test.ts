import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { glyphShape } from "../../../client/data/glyphs.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { trainingProbe } from "../../../client/tfjs/training-probe.ts";

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
