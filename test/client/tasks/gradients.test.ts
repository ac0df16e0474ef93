import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { meanPool } from "../../../client/models/operations/mean-pool.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { convolution } from "../../../client/tasks/convolution.ts";
import { crossEntropy } from "../../../client/tasks/cross-entropy.ts";
import { dense } from "../../../client/tasks/dense.ts";

/** tfjs's own operations and their gradients, on its plain cpu backend, are the yardstick. */
const shapes = { x: [3, 6, 4, 2], filters: [3, 3, 2, 5], bias: [5] } as const;

beforeAll(() => {
  nodeBackends();
});

describe.each(["wasm", "cpu"] as const)("on %s", (backend) => {
  it("the convolution's value and gradients are those of conv2d, bias and ReLU", async () => {
    const own = await differentiate(backend, ([x, filters, bias]) =>
      convolution(x as tf.Tensor4D, filters as tf.Tensor4D, bias as tf.Tensor1D, { isData: false }),
    );
    const stock = await differentiate("cpu", ([x, filters, bias]) =>
      tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, filters as tf.Tensor4D, 1, "same"), bias!)),
    );
    expectClose(own, stock);
  });

  it("halving is the mean of each square, and so is its gradient", async () => {
    const own = await differentiate(backend, ([x]) => meanPool(x as tf.Tensor4D));
    expectClose(own, await differentiate("cpu", ([x]) => tf.avgPool(x as tf.Tensor4D, 2, 2, "valid")));
  });

  it("a dense layer's value and gradients are those of matMul, bias and ReLU", async () => {
    const rows = (x: tf.Tensor): tf.Tensor2D => tf.reshape<tf.Rank.R2>(x, [8, 18]);
    const matrix = (filters: tf.Tensor): tf.Tensor2D => tf.reshape<tf.Rank.R2>(filters, [18, 5]);
    const own = await differentiate(backend, ([x, filters, bias]) =>
      dense(rows(x!), matrix(filters!), bias as tf.Tensor1D, { activation: "relu", isData: false }),
    );
    const stock = await differentiate("cpu", ([x, filters, bias]) =>
      tf.relu(tf.add(tf.matMul(rows(x!), matrix(filters!)), bias!)),
    );
    expectClose(own, stock);
  });

  it("the cross-entropy and its gradient are those of tfjs's loss, and stay finite for logits of a thousand", async () => {
    const targets = (): tf.Tensor2D => tf.oneHot(tf.tensor1d([0, 4, 2, 2, 1, 3, 0, 4], "int32"), 18) as tf.Tensor2D;
    const logits = (x: tf.Tensor): tf.Tensor2D => tf.mul(tf.reshape(x, [8, 18]), 5);
    const own = await differentiate(backend, ([x]) => crossEntropy(logits(x!), tf.cast(targets(), "float32")));
    expectClose(own, await differentiate("cpu", ([x]) => tf.losses.softmaxCrossEntropy(targets(), logits(x!))));
    const extreme = await differentiate(backend, ([x]) => crossEntropy(tf.mul(logits(x!), 1000), tf.cast(targets(), "float32")));
    expect(extreme.flat().every(Number.isFinite)).toBe(true);
  });
});

/** The operation's value and the gradients of a weighted sum of it, at the same pseudo-random inputs every time. */
async function differentiate(backend: string, operation: (inputs: tf.Tensor[]) => tf.Tensor): Promise<number[][]> {
  await tf.setBackend(backend);
  const results = tf.tidy(() => {
    const inputs = Object.values(shapes).map((shape, i) => wavy(shape, i));
    const weighted = (...given: tf.Tensor[]): tf.Tensor => {
      const value = operation(given);
      return tf.sum(tf.mul(value, wavy(value.shape, 7)));
    };
    const used = inputs.slice(0, operation.toString().includes("bias") ? 3 : 1);
    return [operation(inputs), ...tf.grads(weighted)(used)];
  });
  const read = await Promise.all(results.map(async (result) => [...(await result.data())]));
  tf.dispose(results);
  return read;
}

function wavy(shape: readonly number[], phase: number): tf.Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1 + phase + 1.7 * i)),
    [...shape],
  );
}

function expectClose(got: readonly number[][], expected: readonly number[][]): void {
  expect(got.map((values) => values.length)).toEqual(expected.map((values) => values.length));
  const errors = got.flat().map((value, i) => Math.abs(value - expected.flat()[i]!));
  expect(Math.max(...errors)).toBeLessThan(1e-4);
}
