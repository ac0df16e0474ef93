import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { crossEntropy } from "../../../client/tasks/losses/cross-entropy.ts";
import { squaredError } from "../../../client/tasks/losses/squared-error.ts";

beforeAll(() => {
  nodeBackends();
});

const labels = (): tf.Tensor1D => tf.tensor1d([0, 4, 2, 2, 1, 3, 0, 4], "int32");
const wavy = (): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: 8 * 18 }, (_, i) => 5 * Math.sin(1 + 1.7 * i)),
    [8, 18],
  );

/** The loss at logits that are `scale` times the wavy ones, and its gradient. */
async function differentiated(backend: string, loss: (logits: tf.Tensor) => tf.Tensor, scale = 1): Promise<number[]> {
  await tf.setBackend(backend);
  const found = tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad(loss as (x: tf.Tensor) => tf.Scalar)(tf.mul(wavy(), scale));
    return [value, grad];
  });
  const read = await Promise.all(found.map(async (one) => [...(await one.data())]));
  tf.dispose(found);
  return read.flat();
}

function expectClose(got: readonly number[], wanted: readonly number[]): void {
  expect(got).toHaveLength(wanted.length);
  for (const [i, value] of got.entries()) expect(Math.abs(value - wanted[i]!), `at ${i}`).toBeLessThan(1e-5);
}

describe.each(["wasm", "cpu"])("on %s", (backend) => {
  it("the cross-entropy and its gradient are those of tfjs's loss", async () => {
    const stock = (logits: tf.Tensor) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels(), 18), logits);
    expectClose(await differentiated(backend, (logits) => crossEntropy(logits, labels())), await differentiated("cpu", stock));
  });

  it("the cross-entropy of sequences is that of all their places", async () => {
    const places = await differentiated(backend, (logits) =>
      crossEntropy(tf.reshape(logits, [2, 4, 18]), tf.reshape(labels(), [2, 4])),
    );
    expectClose(places, await differentiated("cpu", (logits) => crossEntropy(logits, labels())));
  });

  it("a label that is no class has the cross-entropy of none, and changes nothing elsewhere", async () => {
    const strange = () => tf.tensor1d([0, 4, 18, -1, 1, 3, 2 ** 31 - 1, 4], "int32");
    const got = await differentiated(backend, (logits) => crossEntropy(logits, strange()));
    expectClose(got, await differentiated("cpu", (logits) => crossEntropy(logits, strange())));
    expect(got.every(Number.isFinite)).toBe(true);
  });

  it("the cross-entropy of logits with a NaN is none", async () => {
    const logits = tf.tensor2d([1, 2, Number.NaN, 3, 4, 5], [2, 3]);
    const value = tf.tidy(() => crossEntropy(logits, tf.tensor1d([0, 1], "int32")));
    expect((await value.data())[0]).toBeNaN();
    tf.dispose([logits, value]);
  });

  it("the cross-entropy of logits of thousands is finite, and so is its gradient", async () => {
    const extreme = await differentiated(backend, (logits) => crossEntropy(logits, labels()), 1_000);
    expect(extreme.every(Number.isFinite)).toBe(true);
  });

  it("the squared error is tfjs's, whatever shape outputs have", async () => {
    const targets = () => tf.tensor1d(Float32Array.from({ length: 144 }, (_, i) => Math.cos(i)));
    const own = await differentiated(backend, (outputs) => squaredError(tf.reshape(outputs, [144, 1]), targets()));
    const stock = (outputs: tf.Tensor) => tf.losses.meanSquaredError(targets(), tf.reshape(outputs, [144]));
    expectClose(own, await differentiated("cpu", stock));
  });
});
