import * as tf from "@tensorflow/tfjs-core";
import type { OwnKernel } from "./own-kernels.ts";
import { heapOf, type NamedInputs, type WasmHeap } from "./wasm/wasm-heap.ts";

type Kernels = WasmHeap["kernels"];

export const pointwiseKernels: readonly tf.KernelConfig[] = [
  binary("CopseAddReLU", ["a", "b"], (kernels, ...given) => kernels.addReLU(...given)),
  binary("CopseReLUGradient", ["dy", "y"], (kernels, ...given) => kernels.reLUGradient(...given)),
  binary("CopseGeluGradient", ["dy", "x"], (kernels, ...given) => kernels.geluGradient(...given)),
  {
    kernelName: "CopseGelu" satisfies OwnKernel,
    backendName: "wasm",
    kernelFunc({ inputs, backend }) {
      const { x } = inputs as NamedInputs<"x">;
      const heap = heapOf(backend);
      const y = heap.output(x.shape);
      heap.kernels.gelu(heap.addressOf(x), heap.addressOf(y), tf.util.sizeFromShape(x.shape));
      return y;
    },
  },
];

type Run = (kernels: Kernels, a: number, b: number, to: number, count: number) => void;

/** A kernel of two tensors of the same shape, of which it makes one. */
function binary(kernelName: OwnKernel, [first, second]: readonly [string, string], run: Run): tf.KernelConfig {
  return {
    kernelName,
    backendName: "wasm",
    kernelFunc({ inputs, backend }) {
      const [a, b] = [inputs[first]!, inputs[second]!];
      tf.util.assertShapesMatch(a.shape, b.shape, `${kernelName}: `);
      const heap = heapOf(backend);
      const to = heap.output(a.shape);
      run(heap.kernels, heap.addressOf(a), heap.addressOf(b), heap.addressOf(to), tf.util.sizeFromShape(a.shape));
      return to;
    },
  };
}
