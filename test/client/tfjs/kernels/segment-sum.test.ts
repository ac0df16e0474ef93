import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, it } from "vitest";
import { expectAgreement, useKernels, wavy } from "./both-backends.ts";

beforeAll(useKernels);

describe("on wasm", () => {
  it("sums of segments are the cpu backend's", async () => {
    const segments = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(segments, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }), async (ids, row) => {
        await expectAgreement(() => tf.unsortedSegmentSum(wavy([ids.length, ...row], 1), tf.tensor1d(ids, "int32"), 7));
      }),
    );
  });

  it("the gradient of an embedding adds up the rows of a token that comes several times", async () => {
    const tokens = [3, 1, 3, 3, 0];
    await expectAgreement(() =>
      tf.grad((table) => tf.sum(tf.mul(tf.gather(table, tf.tensor1d(tokens, "int32")), wavy([5, 6], 2))))(wavy([4, 6], 1)),
    );
  });

  it("the gradient of gatherND adds up what was taken from one place", async () => {
    const places = [
      [0, 1],
      [2, 2],
      [0, 1],
    ];
    await expectAgreement(() =>
      tf.grad((x) => tf.sum(tf.mul(tf.gatherND(x, tf.tensor2d(places, [3, 2], "int32")), wavy([3], 2))))(wavy([3, 4], 1)),
    );
  });
});
