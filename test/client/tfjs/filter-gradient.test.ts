import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { filterGradient, type Placement, patchesGradient } from "../../../client/tfjs/filter-gradient.ts";

beforeAll(() => {
  nodeBackends();
});

interface Case {
  readonly x: [number, number, number, number];
  readonly side: [number, number];
  /** Outputs, or outputs a channel. */
  readonly outputs: number;
  readonly placement: Placement;
}

const side = fc.integer({ min: 1, max: 3 });

const cases: fc.Arbitrary<Case> = fc
  .record({
    n: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 7, max: 10 }),
    width: fc.integer({ min: 7, max: 10 }),
    channels: fc.integer({ min: 1, max: 3 }),
    side: fc.tuple(side, side),
    outputs: fc.integer({ min: 1, max: 4 }),
    strides: fc.tuple(side, side),
    dilations: fc.tuple(side, side),
    isDilated: fc.boolean(),
    pad: fc.constantFrom<Placement["pad"]>("same", "valid", 0, 1, 2),
  })
  .map(({ n, height, width, channels, side, outputs, strides, dilations, isDilated, pad }) => {
    const both = ([down, right]: [number, number]): [number, number] => (typeof pad === "number" ? [down, down] : [down, right]);
    const placement: Placement = { strides: isDilated ? 1 : both(strides), dilations: isDilated ? both(dilations) : 1, pad };
    return { x: [n, height, width, channels], side: both(side), outputs, placement };
  });

describe("the gradient of filters, on wasm as by tfjs's own kernel on its plain cpu backend", () => {
  it.each([
    ["by our kernel", filterGradient],
    ["by patches", patchesGradient],
  ])("of a convolution, for any strides, padding and dilation, %s", async (_way, gradient) => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const [, , , inputs] = given.x;
        const filters: [number, number, number, number] = [...given.side, inputs, given.outputs];
        const stock = await stockGradient(given, filters, (x, dilated, strides, pad) => tf.conv2d(x, dilated, strides, pad));
        await expectAgreement(given, gradient, stock);
      }),
      { numRuns: 60 },
    );
  });
});

interface Stock {
  readonly dz: Float32Array;
  readonly shape: number[];
  readonly gradient: Float32Array;
}

/**
 * tfjs knows no gradient of a dilated convolution, but one of filters with zeros between their taps is the same: the gradient of
 * the taps is read out of theirs.
 */
async function stockGradient(
  { x: shape, placement: { strides, pad, dilations } }: Case,
  filters: [number, number, number, number],
  convolve: (x: tf.Tensor4D, filters: tf.Tensor4D, strides: Placement["strides"], pad: Placement["pad"]) => tf.Tensor4D,
): Promise<Stock> {
  await tf.setBackend("cpu");
  const [down, right] = typeof dilations === "number" ? [dilations, dilations] : dilations;
  const [height, width, inputs, outputs] = filters;
  const dilated: [number, number, number, number] = [(height - 1) * down + 1, (width - 1) * right + 1, inputs, outputs];
  const x = wavy(shape, 1);
  const run = (all: tf.Tensor): tf.Tensor4D => convolve(x, all as tf.Tensor4D, strides, pad);
  const y = run(tf.zeros(dilated));
  const dz = wavy(y.shape, 2);
  const whole = tf.grad((all) => tf.sum(tf.mul(run(all), dz)))(tf.zeros(dilated));
  const gradient = await tf.stridedSlice(whole, [0, 0, 0, 0], dilated, [down, right, 1, 1]).data<"float32">();
  return { dz: await dz.data<"float32">(), shape: y.shape, gradient };
}

async function expectAgreement({ x, side, placement }: Case, own: typeof filterGradient, stock: Stock): Promise<void> {
  await tf.setBackend("wasm");
  const dz = tf.tensor4d(stock.dz, stock.shape as [number, number, number, number]);
  const gradient = await own(wavy(x, 1), dz, side, placement).data<"float32">();
  expect(gradient.length).toBe(stock.gradient.length);
  const error = gradient.reduce((most, value, i) => Math.max(most, Math.abs(value - stock.gradient[i]!)), 0);
  // A sum of m products of numbers up to 1 in float32 is off by m · 2⁻²⁴ · Σ|products| at most, however small it comes out; here two are.
  const products = stock.shape[0]! * stock.shape[1]! * stock.shape[2]!;
  expect(error).toBeLessThanOrEqual(2 * products ** 2 * 2 ** -24);
}

function wavy(shape: [number, number, number, number], phase: number): tf.Tensor4D {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor4d(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1 + phase + 1.7 * i)),
    shape,
  );
}
