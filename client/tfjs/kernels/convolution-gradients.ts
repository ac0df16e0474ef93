import * as tf from "@tensorflow/tfjs-core";
import { heapOf, type NamedInputs, type WasmHeap } from "./wasm/wasm-heap.ts";

type Info = tf.backend_util.Conv2DInfo;

/** How a convolution is laid; tfjs itself gives no dilations to its gradients. */
interface Laid {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dilations?: [number, number] | number;
  readonly dataFormat?: string;
}

/** dW of y = conv2d(x, W); tfjs has none on wasm. */
export const conv2DBackpropFilter: tf.KernelConfig = {
  kernelName: tf.Conv2DBackpropFilter,
  backendName: "wasm",
  kernelFunc({ inputs, backend, attrs }) {
    const { x, dy } = inputs as NamedInputs<"x" | "dy">;
    const { filterShape, ...laid } = attrs as unknown as tf.Conv2DBackpropFilterAttrs & Laid;
    const info = infoOf(x.shape, filterShape, laid);
    const heap = heapOf(backend);
    const filters = heap.output(info.filterShape);
    describe(heap, info);
    heap.kernels.filterGradient(heap.addressOf(x), heap.addressOf(dy), heap.addressOf(filters), heap.scratch);
    return filters;
  },
};

/** With fewer channels most of a tile of the product would be empty; tfjs's own kernel is faster there. */
const minInputs = 8;

/**
 * dx of y = conv2d(x, W); also what `conv2dTranspose` computes. At stride 1 it is the convolution of dz with the filters turned by half a
 * turn, for which tfjs is fast.
 * @param stock tfjs's own, which goes on with few channels
 */
export function conv2DBackpropInput(stock: tf.KernelConfig): tf.KernelConfig {
  return {
    kernelName: tf.Conv2DBackpropInput,
    backendName: "wasm",
    kernelFunc(given) {
      const { inputs, backend, attrs } = given;
      const { dy, filter } = inputs as NamedInputs<"dy" | "filter">;
      const { inputShape, ...laid } = attrs as unknown as tf.Conv2DBackpropInputAttrs & Laid;
      const info = infoOf(inputShape, filter.shape, laid);
      const isDilated = info.dilationHeight > 1 || info.dilationWidth > 1;
      const turned = byConvolution(given, info);
      if (turned !== null) return turned;
      if (info.inChannels < minInputs && !isDilated) return stock.kernelFunc(given);
      const heap = heapOf(backend);
      const dx = heap.output(info.inShape);
      describe(heap, info);
      heap.kernels.inputGradient(heap.addressOf(dy), heap.addressOf(filter), heap.addressOf(dx), heap.scratch);
      return dx;
    },
  };
}

/** dx as a convolution of dz, where strides, dilations and padding allow; else null. */
function byConvolution({ inputs, backend }: Parameters<tf.KernelFunc>[0], info: Info): tf.TensorInfo | null {
  const { filterHeight, filterWidth, padInfo } = info;
  const plain = [info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth];
  const [top, bottom] = [filterHeight - 1 - padInfo.top, filterHeight - 1 - padInfo.bottom];
  const [left, right] = [filterWidth - 1 - padInfo.left, filterWidth - 1 - padInfo.right];
  if (plain.some((side) => side !== 1) || Math.min(top, bottom, left, right) < 0) return null;
  const { dy, filter } = inputs as NamedInputs<"dy" | "filter">;
  const heap = heapOf(backend);
  const turned = heap.output([filterHeight, filterWidth, info.outChannels, info.inChannels]);
  const taps = filterHeight * filterWidth;
  heap.kernels.halfTurn(heap.addressOf(filter), heap.addressOf(turned), taps, info.inChannels, info.outChannels);
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const attrs = { strides: [1, 1], dilations: [1, 1], pad, dataFormat: "NHWC" };
  const convolve = tf.getKernel(tf.Conv2D, "wasm").kernelFunc;
  const dx = convolve({ inputs: { x: dy, filter: turned }, backend, attrs: attrs as unknown as tf.NamedAttrMap });
  heap.dispose(turned);
  return dx as tf.TensorInfo;
}

/** dW of y = depthwiseConv2d(x, W); tfjs has none on wasm. */
export const depthwiseBackpropFilter: tf.KernelConfig = {
  kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
  backendName: "wasm",
  kernelFunc({ inputs, backend, attrs }) {
    const { x, dy } = inputs as NamedInputs<"x" | "dy">;
    const { filterShape, ...laid } = attrs as unknown as tf.DepthwiseConv2dNativeBackpropFilterAttrs;
    const info = infoOf(x.shape, filterShape, laid, true);
    const heap = heapOf(backend);
    const filters = heap.output(info.filterShape);
    describe(heap, info);
    heap.kernels.depthwiseFilterGradient(heap.addressOf(x), heap.addressOf(dy), heap.addressOf(filters));
    return filters;
  },
};

/** dx of y = depthwiseConv2d(x, W); tfjs has none on wasm. */
export const depthwiseBackpropInput: tf.KernelConfig = {
  kernelName: tf.DepthwiseConv2dNativeBackpropInput,
  backendName: "wasm",
  kernelFunc({ inputs, backend, attrs }) {
    const { dy, filter } = inputs as NamedInputs<"dy" | "filter">;
    const { inputShape, ...laid } = attrs as unknown as tf.DepthwiseConv2dNativeBackpropInputAttrs;
    const info = infoOf(inputShape, filter.shape, laid, true);
    const heap = heapOf(backend);
    const dx = heap.output(info.inShape);
    describe(heap, info);
    heap.kernels.depthwiseInputGradient(heap.addressOf(dy), heap.addressOf(filter), heap.addressOf(dx));
    return dx;
  },
};

function infoOf(x: readonly number[], filter: readonly number[], laid: Laid, isDepthwise = false): Info {
  const { strides, pad, dimRoundingMode, dilations = 1, dataFormat = "NHWC" } = laid;
  tf.util.assert(dataFormat === "NHWC", () => `convolution: expected NHWC, got ${dataFormat}`);
  return tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    isDepthwise,
  );
}

/** Tells the kernels of the convolution that the next call is about. */
function describe({ kernels }: WasmHeap, info: Info): void {
  kernels.setInput(info.batchSize, info.inHeight, info.inWidth, info.inChannels);
  kernels.setOutput(info.outHeight, info.outWidth, info.outChannels);
  kernels.setFilter(
    ...([info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth] as const),
    ...([info.padInfo.top, info.padInfo.left, info.dilationHeight, info.dilationWidth] as const),
  );
}
