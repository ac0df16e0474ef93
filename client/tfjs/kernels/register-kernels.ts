import * as tf from "@tensorflow/tfjs-core";
import { attentionKernels } from "./attention.ts";
import { batchMatMul } from "./batch-mat-mul.ts";
import {
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
} from "./convolution-gradients.ts";
import { crossEntropyKernel } from "./cross-entropy.ts";
import { denseKernels } from "./dense.ts";
import { einsum } from "./einsum.ts";
import { registerGradients } from "./gradients.ts";
import { normalizeKernels } from "./normalize.ts";
import { pointwiseKernels } from "./pointwise.ts";
import { reduction } from "./reduction.ts";
import { cast, identity } from "./references.ts";
import { gather, unsortedSegmentSum } from "./segment-sum.ts";
import { hasWasmKernels } from "./wasm/wasm-heap.ts";

/** Kernels of tfjs's wasm backend by name: ours, and those of tfjs that they take the place of. */
export interface KernelSets {
  readonly own: ReadonlyMap<string, tf.KernelConfig>;
  readonly stock: ReadonlyMap<string, tf.KernelConfig>;
}

let registered: KernelSets | null = null;

/**
 * Gives tfjs's wasm backend, which must be imported before, the kernels that tfjs 4.22 lacks there or does slowly, and tfjs itself
 * the gradients that it lacks: any layers model trains on wasm then. Where the engine has no SIMD, wasm stays as it is. Once more
 * does nothing.
 */
export function registerKernels(): KernelSets {
  if (registered !== null) return registered;
  registerGradients();
  const kernels = hasWasmKernels() ? ownKernels() : [];
  const stock = byName(kernels.flatMap(({ kernelName }) => tf.getKernel(kernelName, "wasm") ?? []));
  for (const name of stock.keys()) tf.unregisterKernel(name, "wasm");
  // tfjs sets a kernel up when the backend starts: also one that ours goes on to.
  const own = kernels.map((kernel) => ({ ...stock.get(kernel.kernelName), ...kernel }));
  for (const kernel of own) tf.registerKernel(kernel);
  registered = { own: byName(own), stock };
  return registered;
}

function ownKernels(): tf.KernelConfig[] {
  return [
    batchMatMul,
    conv2DBackpropFilter,
    conv2DBackpropInput(tf.getKernel(tf.Conv2DBackpropInput, "wasm")),
    depthwiseBackpropFilter,
    depthwiseBackpropInput,
    unsortedSegmentSum,
    gather(tf.getKernel(tf.GatherV2, "wasm")),
    einsum,
    identity,
    cast(tf.getKernel(tf.Cast, "wasm")),
    reduction(tf.getKernel(tf.Sum, "wasm")),
    reduction(tf.getKernel(tf.Mean, "wasm")),
    ...denseKernels,
    ...pointwiseKernels,
    ...normalizeKernels,
    ...attentionKernels,
    crossEntropyKernel,
  ];
}

function byName(kernels: readonly tf.KernelConfig[]): ReadonlyMap<string, tf.KernelConfig> {
  return new Map(kernels.map((kernel) => [kernel.kernelName, kernel]));
}
