import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAgreement, useKernels, wavy } from "./both-backends.ts";

beforeAll(useKernels);

const side = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(64, 255, 256, 257, 300));
const sides = fc.tuple(side, side, side).filter(([m, k, n]) => m * k * n < 300_000);

/** Leading axes of two operands that can be broadcast to each other. */
const outers = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 2 })), { maxLength: 3 })
  .map((axes) => ({
    a: axes.map(([count, who]) => (who === 1 ? 1 : count)),
    b: axes.map(([count, who]) => (who === 2 ? 1 : count)),
  }));

describe("a product of matrices on wasm", () => {
  it("is the cpu backend's, for any sides, transposed or not, and any leading axes that can be broadcast", async () => {
    await fc.assert(
      fc.asyncProperty(sides, fc.boolean(), fc.boolean(), outers, async ([m, k, n], transposeA, transposeB, outer) => {
        const a = [...outer.a, ...(transposeA ? [k, m] : [m, k])];
        const b = [...outer.b, ...(transposeB ? [n, k] : [k, n])];
        const all = outer.a.map((count, axis) => Math.max(count, outer.b[axis]!));
        await expectAgreement(() => {
          const [x, y] = [wavy(a, 1), wavy(b, 2)];
          if (tf.getBackend() === "wasm") return tf.matMul(x, y, transposeA, transposeB);
          // tfjs 4.22 takes the operands' matrices in turn, which is not what their axes say.
          const [wholeX, wholeY] = [tf.broadcastTo(x, [...all, ...a.slice(-2)]), tf.broadcastTo(y, [...all, ...b.slice(-2)])];
          return tf.matMul(wholeX, wholeY, transposeA, transposeB);
        }, 3e-5);
      }),
      { numRuns: 150 },
    );
  });

  it("refuses whole numbers, whose bits are no floats", async () => {
    await tf.setBackend("wasm");
    const whole = tf.tensor2d([1, 2, 3, 4], [2, 2], "int32");
    expect(() => tf.matMul(whole, whole)).toThrow("expected a tensor of float32, got int32");
  });

  it("has the cpu backend's gradients", async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.boolean(), async (transposeA, transposeB) => {
        const [a, b] = [transposeA ? [3, 7, 5] : [3, 5, 7], transposeB ? [3, 9, 7] : [3, 7, 9]];
        const product = (x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
          tf.sum(tf.mul(tf.matMul(x, y, transposeA, transposeB), wavy([3, 5, 9], 3)));
        await expectAgreement(() => tf.grads(product)([wavy(a, 1), wavy(b, 2)]));
      }),
    );
  });
});
