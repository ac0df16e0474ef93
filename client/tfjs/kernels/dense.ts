import * as tf from "@tensorflow/tfjs-core";
import type { OwnKernel } from "./own-kernels.ts";
import { heapOf, type NamedInputs, type WasmHeap } from "./wasm/wasm-heap.ts";

export interface DenseAttrs {
  readonly activation: "linear" | "relu";
}

export interface DenseGradientAttrs extends DenseAttrs {
  readonly hasBias: boolean;
  /** x needs no gradient. */
  readonly isData: boolean;
}

/**
 * `CopseDense`: activation(x W + b) of x [.., inputs], W [inputs, outputs] and perhaps b [outputs]. tfjs's own product packs W into
 * an operator that it keeps, which a step of training makes useless: for 32 rows it takes twice as long.
 * `CopseDenseGradient`: of x, W, dy and, with a ReLU, y the tensors [dx,] dW [, db]: dW = xᵀ dz, db = Σ dz, dx = dz Wᵀ. One call in
 * place of five: for small layers tfjs's calls take longer than what they compute.
 */
export const denseKernels: readonly tf.KernelConfig[] = [
  {
    kernelName: "CopseDense" satisfies OwnKernel,
    backendName: "wasm",
    kernelFunc({ inputs, backend, attrs }) {
      const { x, weights, bias } = inputs as NamedInputs<"x" | "weights"> & { bias?: tf.TensorInfo };
      const { activation } = attrs as unknown as DenseAttrs;
      const [rows, inner, columns] = sizesOf(x, weights);
      const heap = heapOf(backend);
      const y = heap.output([...x.shape.slice(0, -1), columns]);
      const to = heap.addressOf(y);
      const [from, by] = [heap.addressOf(x), heap.addressOf(weights)];
      multiply(heap, [rows, columns, inner], [from, 4 * inner, 4], [by, 4 * columns, 4], to);
      const isReLU = activation === "relu";
      const term = bias === undefined ? 0 : heap.addressOf(bias);
      if (isReLU || term !== 0) heap.kernels.finishRows(to, term, rows, columns, isReLU);
      return y;
    },
  },
  {
    kernelName: "CopseDenseGradient" satisfies OwnKernel,
    backendName: "wasm",
    kernelFunc({ inputs, backend, attrs }) {
      const { x, weights, dy, y } = inputs as NamedInputs<"x" | "weights" | "dy" | "y">;
      const { activation, hasBias, isData } = attrs as unknown as DenseGradientAttrs;
      const [rows, inner, columns] = sizesOf(x, weights);
      const heap = heapOf(backend);
      const isReLU = activation === "relu";
      const dz = isReLU ? heap.output(dy.shape) : dy;
      const dW = heap.output(weights.shape);
      const dx = isData ? [] : [heap.output(x.shape)];
      const db = hasBias ? [heap.output([columns])] : [];
      const { kernels } = heap;
      const at = heap.addressOf(dz);
      if (isReLU) kernels.reLUGradient(heap.addressOf(dy), heap.addressOf(y), at, rows * columns);
      multiply(heap, [inner, columns, rows], [heap.addressOf(x), 4, 4 * inner], [at, 4 * columns, 4], heap.addressOf(dW));
      for (const one of db) kernels.columnSums(at, 1, rows, columns, 1, heap.addressOf(one));
      for (const one of dx) {
        const turned = [heap.addressOf(weights), 4, 4 * columns] as const;
        multiply(heap, [rows, inner, columns], [at, 4 * columns, 4], turned, heap.addressOf(one));
      }
      if (isReLU) heap.dispose(dz);
      return [...dx, dW, ...db];
    },
  },
];

function sizesOf(x: tf.TensorInfo, weights: tf.TensorInfo): [rows: number, inner: number, columns: number] {
  const [inner, columns] = weights.shape as [number, number];
  tf.util.assert(x.shape.at(-1) === inner, () => `dense: expected rows of ${inner} numbers, got [${x.shape}]`);
  return [tf.util.sizeFromShape(x.shape) / inner, inner, columns];
}

/** Where a matrix begins, and the bytes from a row and from a column to the next. */
type Matrix = readonly [address: number, row: number, column: number];

/** C [m, n] = A [m, k] · B [k, n]. */
function multiply(heap: WasmHeap, [m, n, k]: readonly [number, number, number], a: Matrix, b: Matrix, c: number): void {
  heap.kernels.gemm(1, m, n, k, a[0], 0, a[1], a[2], b[0], 0, b[1], b[2], c, 0, heap.scratch);
}
