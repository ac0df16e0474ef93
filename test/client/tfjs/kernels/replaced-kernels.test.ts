import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAgreement, useKernels, wavy } from "./both-backends.ts";

beforeAll(useKernels);

const sides = fc.array(fc.integer({ min: 1, max: 21 }), { minLength: 1, maxLength: 3 });

describe("on wasm", () => {
  it("sums and means over any axes are the cpu backend's", async () => {
    const axes = fc.subarray([0, 1, 2], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(sides, axes, fc.boolean(), async (shape, wanted, keepDims) => {
        const axis = wanted.filter((one) => one < shape.length);
        await expectAgreement(() => [tf.sum(wavy(shape, 1), axis, keepDims), tf.mean(wavy(shape, 2), axis, keepDims)]);
      }),
    );
  });

  it("sums of whole numbers and of truths are the cpu backend's", async () => {
    await expectAgreement(() => [
      tf.sum(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], "int32"), 0),
      tf.sum(tf.tensor2d([1, 0, 1, 1], [2, 2], "bool"), 0),
      tf.mean(tf.tensor2d([1, 2, 3, 5], [2, 2], "int32"), 0),
    ]);
  });

  it("rows are gathered as on the cpu, in any order and several times", async () => {
    const indices = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(indices, sides, fc.integer({ min: 0, max: 1 }), async (rows, row, axis) => {
        const x = () => wavy(axis === 0 ? [5, ...row] : [2, 5, ...row], 1);
        await expectAgreement(() => tf.gather(x(), tf.tensor1d(rows, "int32"), axis));
      }),
    );
  });

  it("refuses to gather a row that is not there", async () => {
    await tf.setBackend("wasm");
    expect(() => tf.gather(wavy([3, 2], 1), tf.tensor1d([0, 3], "int32"))).toThrow("gather: expected an index below 3, got 3");
  });

  it("a clone outlives its tensor, and takes no memory of its own", async () => {
    await tf.setBackend("wasm");
    const x = wavy([1_000], 1);
    const [expected, buffers] = [await x.data(), tf.memory().numDataBuffers];
    const [clone, same] = [tf.clone(x), tf.cast(x, "float32")];
    expect(tf.memory().numDataBuffers).toBe(buffers);
    x.dispose();
    same.dispose();
    const other = tf.zeros([1_000]);
    expect(await clone.data()).toEqual(expected);
    tf.dispose([clone, other]);
  });

  it("numbers of another type are cast as on the cpu", async () => {
    await expectAgreement(() => [
      tf.cast(tf.tensor1d([1.7, -1.2, 0]), "int32"),
      tf.cast(tf.tensor1d([1, 0, 3], "int32"), "float32"),
      tf.cast(tf.tensor1d([1.7, 0]), "bool"),
      tf.cast(tf.tensor1d([2, 0], "int32"), "int32"),
    ]);
  });
});
