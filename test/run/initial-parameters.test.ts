import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../shared/base/layout.ts";
import { initialParameters } from "../../shared/run/initial-parameters.ts";

/** A perceptron's with a hidden layer of 64, for digits of 28×28. */
const layout = layoutOf([
  { name: "hidden/weights", shape: [784, 64], deviation: Math.sqrt(2 / 784) },
  { name: "hidden/bias", shape: [64] },
  { name: "output/weights", shape: [64, 10], deviation: Math.sqrt(1 / 64) },
  { name: "output/bias", shape: [10] },
]);

describe("initialParameters", () => {
  it("are these very bits on every engine", () => {
    const bytes = new Uint8Array(initialParameters(layout, 1).buffer);
    expect(createHash("sha256").update(bytes).digest("hex")).toMatchSnapshot();
  });

  it("have each tensor's own deviation about zero", () => {
    const parameters = initialParameters(layout, 2);
    for (const { offset, size, deviation } of layout.tensors) {
      const values = parameters.subarray(offset, offset + size);
      const mean = values.reduce((sum, value) => sum + value, 0) / size;
      const rootMeanSquare = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / size);
      expect(Math.abs(mean)).toBeLessThanOrEqual((4 * deviation) / Math.sqrt(size));
      expect(Math.abs(rootMeanSquare - deviation)).toBeLessThanOrEqual(0.1 * deviation);
    }
  });

  it("differ from seed to seed", () => {
    expect(initialParameters(layout, 3)[0]).not.toBe(initialParameters(layout, 4)[0]);
  });
});
