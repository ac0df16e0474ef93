import * as tf from "@tensorflow/tfjs-core";
import type { OwnKernel } from "./own-kernels.ts";
import { heapOf, type NamedInputs, type WasmHeap } from "./wasm/wasm-heap.ts";

/** How x is cut for `CopseNormalize`. */
export interface NormalizeAttrs {
  /** Equal parts of x, one after the other, each with moments of its own. */
  readonly samples: number;
  /** Equal groups of channels, likewise. */
  readonly groups: number;
  readonly epsilon: number;
  readonly isReLU: boolean;
}

/**
 * `CopseNormalize`: of x [.., channels], γ and β [channels] the tensors y, means and variances [samples, groups].
 * `CopseNormalizeGradient`: of these, dy and γ the tensors dx, dγ, dβ.
 */
export const normalizeKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: "CopseNormalize" satisfies OwnKernel,
    backendName: "wasm",
    kernelFunc({ inputs, backend, attrs }) {
      const { x, gamma, beta } = inputs as NamedInputs<"x" | "gamma" | "beta">;
      const given = attrs as unknown as NormalizeAttrs;
      const heap = heapOf(backend);
      const moments = [given.samples, given.groups];
      const [y, means, variances] = [heap.output(x.shape), heap.output(moments), heap.output(moments)];
      const addresses = [x, gamma, beta, y, means, variances].map((one) => heap.addressOf(one)) as Six;
      withScratch(heap, x, given, (sizes) => heap.kernels.normalize(...addresses, ...sizes));
      return [y, means, variances];
    },
  },
  {
    kernelName: "CopseNormalizeGradient" satisfies OwnKernel,
    backendName: "wasm",
    kernelFunc({ inputs, backend, attrs }) {
      const { x, dy, y, gamma, means, variances } = inputs as NamedInputs<"x" | "dy" | "y" | "gamma" | "means" | "variances">;
      const heap = heapOf(backend);
      const [dx, dGamma, dBeta] = [heap.output(x.shape), heap.output(gamma.shape), heap.output(gamma.shape)];
      const addresses = [x, dy, y, gamma, means, variances].map((one) => heap.addressOf(one)) as Six;
      const results = [dx, dGamma, dBeta].map((one) => heap.addressOf(one)) as [number, number, number];
      withScratch(heap, x, attrs as unknown as NormalizeAttrs, (sizes) =>
        heap.kernels.normalizeGradient(...addresses, ...results, ...sizes),
      );
      return [dx, dGamma, dBeta];
    },
  },
];

type Six = [number, number, number, number, number, number];

type Sizes = [
  ...[samples: number, positions: number, channels: number, groups: number],
  ...[epsilon: number, isReLU: boolean, scratch: number],
];

function withScratch(heap: WasmHeap, x: tf.TensorInfo, given: NormalizeAttrs, run: (sizes: Sizes) => void): void {
  const { samples, groups, epsilon, isReLU } = given;
  const channels = x.shape.at(-1)!;
  const positions = tf.util.sizeFromShape(x.shape) / samples / channels;
  tf.util.assert(
    Number.isInteger(positions) && channels % groups === 0,
    () => `normalize: expected ${samples} samples and ${groups} groups of channels, got [${x.shape}]`,
  );
  const scratch = heap.output([heap.kernels.normalizeScratch(channels)]);
  run([samples, positions, channels, groups, epsilon, isReLU, heap.addressOf(scratch)]);
  heap.dispose(scratch);
}
