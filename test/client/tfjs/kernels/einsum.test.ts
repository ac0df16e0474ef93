import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { useKernels, wavy } from "./both-backends.ts";

beforeAll(useKernels);

const sizes: Readonly<Record<string, number>> = { a: 2, b: 3, c: 4, d: 5 };
const letters = fc.shuffledSubarray(["a", "b", "c", "d"], { minLength: 1 }).map((some) => some.join(""));
const shapeOf = (text: string): number[] => [...text].map((letter) => sizes[letter]!);

const equations = fc
  .array(letters, { minLength: 1, maxLength: 2 })
  .chain((operands) => fc.tuple(fc.constant(operands), fc.shuffledSubarray([...new Set(operands.join(""))])))
  .map(([operands, result]) => ({ operands, result: result.join("") }));

/** The same by products that are broadcast: each operand has all letters as axes. */
function written(operands: readonly string[], result: string, xs: readonly tf.Tensor[]): tf.Tensor {
  const all = [...new Set(operands.join(""))];
  const opened = xs.map((x, i) => {
    const own = operands[i]!;
    const order = all.filter((letter) => own.includes(letter));
    const sorted = tf.transpose(
      x,
      order.map((letter) => own.indexOf(letter)),
    );
    return tf.reshape(
      sorted,
      all.map((letter) => (own.includes(letter) ? sizes[letter]! : 1)),
    );
  });
  const product = opened.reduce((one, other) => tf.mul(one, other));
  const summed = tf.sum(
    product,
    all.flatMap((letter, axis) => (result.includes(letter) ? [] : [axis])),
  );
  const left = all.filter((letter) => result.includes(letter));
  return tf.transpose(
    summed,
    [...result].map((letter) => left.indexOf(letter)),
  );
}

/** The largest difference of two tensors. */
const apart = (one: tf.Tensor, other: tf.Tensor): number => tf.max(tf.abs(tf.sub(one, other))).dataSync()[0]!;

describe("einsum on wasm", () => {
  it("is the sum of products that its equation says, of one or two operands, and so are its gradients", async () => {
    await tf.setBackend("wasm");
    fc.assert(
      fc.property(equations, ({ operands, result }) => {
        const equation = `${operands.join(",")}->${result}`;
        const xs = operands.map((text, i) => wavy(shapeOf(text), i));
        const weights = wavy(shapeOf(result), 9);
        const before = tf.memory().numTensors;
        const found = tf.einsum(equation, ...xs);
        expect(tf.memory().numTensors).toBe(before + 1);
        const expected = written(operands, result, xs);
        expect(found.shape).toEqual(expected.shape);
        expect(apart(found, expected)).toBeLessThan(1e-4);
        const own = tf.grads((...given: tf.Tensor[]) => tf.sum(tf.mul(tf.einsum(equation, ...given), weights)))(xs);
        const other = tf.grads((...given: tf.Tensor[]) => tf.sum(tf.mul(written(operands, result, given), weights)))(xs);
        own.forEach((gradient, i) => {
          expect(apart(gradient, other[i]!)).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 200 },
    );
  });

  it("refuses what tfjs refuses", async () => {
    await tf.setBackend("wasm");
    expect(() => tf.einsum("ij,jk->il", wavy([2, 3], 1), wavy([3, 4], 1))).toThrow(/label l/);
    expect(() => tf.einsum("ij,jk->ik", wavy([2, 3], 1), wavy([5, 4], 1))).toThrow();
  });
});
