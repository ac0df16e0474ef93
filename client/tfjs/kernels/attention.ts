import type * as tf from "@tensorflow/tfjs-core";
import type { OwnKernel } from "./own-kernels.ts";
import { heapOf, type NamedInputs } from "./wasm/wasm-heap.ts";

export interface AttentionAttrs {
  readonly heads: number;
}

/**
 * `CopseAttention`: of queries, keys and values `sent` [n, length, 3 · width], side by side, the tensors y [n, length, width] and
 * p [n, heads, length, length], what each token sees of the others; p is for the gradient only, its upper triangle is not set.
 * `CopseAttentionGradient`: of these and dy the gradient of what was sent.
 */
export const attentionKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: "CopseAttention" satisfies OwnKernel,
    backendName: "wasm",
    kernelFunc({ inputs, backend, attrs }) {
      const { sent } = inputs as NamedInputs<"sent">;
      const { heads } = attrs as unknown as AttentionAttrs;
      const [n, length, size] = sizesOf(sent, heads);
      const heap = heapOf(backend);
      const y = heap.output([n, length, heads * size]);
      const p = heap.output([n, heads, length, length]);
      const [from, to, seen] = [heap.addressOf(sent), heap.addressOf(y), heap.addressOf(p)];
      heap.kernels.attention(from, to, seen, n, length, heads, size, heap.scratch);
      return [y, p];
    },
  },
  {
    kernelName: "CopseAttentionGradient" satisfies OwnKernel,
    backendName: "wasm",
    kernelFunc({ inputs, backend, attrs }) {
      const { sent, dy, y, p } = inputs as NamedInputs<"sent" | "dy" | "y" | "p">;
      const { heads } = attrs as unknown as AttentionAttrs;
      const [n, length, size] = sizesOf(sent, heads);
      const heap = heapOf(backend);
      const dSent = heap.output(sent.shape);
      const spare = heap.output([heap.kernels.attentionScratch(length)]);
      const [from, after, out, seen] = [sent, dy, y, p].map((one) => heap.addressOf(one)) as [number, number, number, number];
      const [to, room] = [heap.addressOf(dSent), heap.addressOf(spare)];
      heap.kernels.attentionGradient(from, after, out, seen, to, room, n, length, heads, size, heap.scratch);
      heap.dispose(spare);
      return dSent;
    },
  },
];

function sizesOf({ shape }: tf.TensorInfo, heads: number): [n: number, length: number, size: number] {
  const [n, length, all] = shape as [number, number, number];
  return [n, length, all / 3 / heads];
}
