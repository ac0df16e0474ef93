import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAgreement, useKernels, wavy } from "./both-backends.ts";

beforeAll(useKernels);

type Sides = [number, number, number, number];
type Inputs = Record<string, tf.Tensor>;
type Pad = "same" | "valid" | number;

const side = fc.integer({ min: 1, max: 3 });
const cases = fc
  .record({
    n: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 5, max: 11 }),
    width: fc.integer({ min: 5, max: 11 }),
    inputs: fc.constantFrom(1, 2, 3, 4, 5, 8, 13),
    taps: fc.tuple(side, side),
    outputs: fc.constantFrom(1, 2, 3, 8, 9, 17),
    strides: fc.tuple(side, side),
    pad: fc.constantFrom<Pad>("same", "valid", 0, 1, 2),
  })
  // tfjs 4.22 takes the height's padding for the width's where it is a number, so that only squares are asked for there.
  .map(({ taps, strides, ...given }) =>
    typeof given.pad === "number"
      ? { ...given, taps: [taps[0], taps[0]] as [number, number], strides: [strides[0], strides[0]] as [number, number] }
      : { ...given, taps, strides },
  );

/** What the forward pass of the cpu backend puts out: tfjs's wasm misplaces "same" filters that are narrower than a stride. */
const outputOf = (x: Sides, filter: Sides, strides: [number, number], pad: Pad, isDepthwise = false): Sides =>
  tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, undefined, isDepthwise).outShape as Sides;

describe("the gradients of a convolution on wasm are those of the cpu backend, for any sides, strides and padding", () => {
  it("of the filters", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ n, height, width, inputs, taps, outputs, strides, pad }) => {
        const [x, filter]: [Sides, Sides] = [
          [n, height, width, inputs],
          [...taps, inputs, outputs],
        ];
        const dy = outputOf(x, filter, strides, pad);
        const attrs = { strides, pad, dataFormat: "NHWC", filterShape: filter };
        await expectAgreement(() => filterGradient({ x: wavy(x, 1), dy: wavy(dy, 2) }, attrs, false));
      }),
      { numRuns: 150 },
    );
  });

  it("of the input", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ n, height, width, inputs, taps, outputs, strides, pad }) => {
        const [x, filter]: [Sides, Sides] = [
          [n, height, width, inputs],
          [...taps, inputs, outputs],
        ];
        const dy = outputOf(x, filter, strides, pad);
        const attrs = { strides, pad, dataFormat: "NHWC", inputShape: x };
        await expectAgreement(() => inputGradient({ dy: wavy(dy, 1), filter: wavy(filter, 2) }, attrs, false));
      }),
      { numRuns: 150 },
    );
  });

  it("of a depthwise convolution, filters and input", async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.constantFrom(1, 2, 3), async ({ n, height, width, inputs, taps, strides, pad }, multiplier) => {
        const [x, filter]: [Sides, Sides] = [
          [n, height, width, inputs],
          [...taps, inputs, multiplier],
        ];
        const dy = outputOf(x, filter, strides, pad, true);
        const laid = { strides, pad, dilations: 1 };
        await expectAgreement(() => [
          filterGradient({ x: wavy(x, 1), dy: wavy(dy, 2) }, { ...laid, filterShape: filter }, true),
          inputGradient({ dy: wavy(dy, 1), filter: wavy(filter, 2) }, { ...laid, inputShape: x }, true),
        ]);
      }),
      { numRuns: 150 },
    );
  });
});

describe("the gradients of a convolution on wasm are the sums that define them", () => {
  // tfjs's own kernels know no dilations here.
  it("with dilations, depthwise or not", async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.tuple(side, side), fc.boolean(), async (given, dilated, isDepthwise) => {
        const { n, height, width, inputs, taps, outputs, pad } = given;
        const dilations = typeof pad === "number" ? ([dilated[0], dilated[0]] as [number, number]) : dilated;
        const x: Sides = [n, height, width, inputs];
        await expectDefinition(x, [...taps, inputs, isDepthwise ? 1 + (outputs % 3) : outputs], { pad, dilations }, isDepthwise);
      }),
      { numRuns: 150 },
    );
  });

  it("where sums take several blocks: more than 256 places and more than 256 outputs", async () => {
    await expectDefinition([2, 13, 13, 12], [3, 3, 12, 270], { pad: "same", dilations: 1 }, false);
  });
});

/** Against plain loops over images, places, taps, inputs and outputs. */
async function expectDefinition(
  x: Sides,
  filter: Sides,
  laid: { readonly pad: Pad; readonly dilations: [number, number] | number },
  isDepthwise: boolean,
): Promise<void> {
  const info = tf.backend_util.computeConv2DInfo(x, filter, 1, laid.dilations, laid.pad, undefined, isDepthwise);
  if (info.outHeight <= 0 || info.outWidth <= 0) return;
  await tf.setBackend("wasm");
  const [images, filters, sent] = [wavy(x, 1), wavy(filter, 2), wavy(info.outShape, 3)];
  const attrs = { ...laid, strides: 1, dataFormat: "NHWC" };
  const dw = filterGradient({ x: images, dy: sent }, { ...attrs, filterShape: filter }, isDepthwise).dataSync();
  const dx = inputGradient({ dy: sent, filter: filters }, { ...attrs, inputShape: x }, isDepthwise).dataSync();
  const [xs, ws, dys] = [images.dataSync(), filters.dataSync(), sent.dataSync()];
  const expected = { dw: new Float64Array(dw.length), dx: new Float64Array(dx.length) };
  const multiplier = filter[3];
  for (let place = 0; place < dys.length; place += 1) {
    const output = place % info.outChannels;
    const column = Math.floor(place / info.outChannels) % info.outWidth;
    const row = Math.floor(place / info.outChannels / info.outWidth) % info.outHeight;
    const image = Math.floor(place / info.outChannels / info.outWidth / info.outHeight);
    for (let tap = 0; tap < filter[0] * filter[1]; tap += 1) {
      const y = row - info.padInfo.top + Math.floor(tap / filter[1]) * info.dilationHeight;
      const across = column - info.padInfo.left + (tap % filter[1]) * info.dilationWidth;
      if (y < 0 || y >= x[1] || across < 0 || across >= x[2]) continue;
      for (let input = 0; input < x[3]; input += 1) {
        if (isDepthwise && input !== Math.floor(output / multiplier)) continue;
        const at = ((image * x[1] + y) * x[2] + across) * x[3] + input;
        const weight = (tap * x[3] + input) * filter[3] + (isDepthwise ? output % multiplier : output);
        expected.dw[weight]! += xs[at]! * dys[place]!;
        expected.dx[at]! += ws[weight]! * dys[place]!;
      }
    }
  }
  const apart = (found: ArrayLike<number>, wanted: Float64Array): number =>
    wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
  expect(apart(dw, expected.dw)).toBeLessThan(1e-3);
  expect(apart(dx, expected.dx)).toBeLessThan(1e-3);
  tf.dispose([images, filters, sent]);
}

function filterGradient(inputs: Inputs, attrs: object, isDepthwise: boolean): tf.Tensor {
  const kernel = isDepthwise ? tf.DepthwiseConv2dNativeBackpropFilter : tf.Conv2DBackpropFilter;
  return tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap) as tf.Tensor;
}

function inputGradient(inputs: Inputs, attrs: object, isDepthwise: boolean): tf.Tensor {
  const kernel = isDepthwise ? tf.DepthwiseConv2dNativeBackpropInput : tf.Conv2DBackpropInput;
  return tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap) as tf.Tensor;
}
