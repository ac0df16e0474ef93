import * as tf from "@tensorflow/tfjs-core";
import { heapOf, type NamedInputs } from "./wasm/wasm-heap.ts";

/**
 * Sums and means of floats over neighbouring axes that are not the last ones: a bias's gradient, a mean over an image. tfjs's own
 * transposes first. O(size of x).
 * @param stock tfjs's Sum or Mean, for other axes
 */
export function reduction(stock: tf.KernelConfig): tf.KernelConfig {
  const isMean = stock.kernelName === tf.Mean;
  return {
    kernelName: stock.kernelName,
    backendName: "wasm",
    kernelFunc(given) {
      const { x } = given.inputs as NamedInputs<"x">;
      const { axis, keepDims } = given.attrs as unknown as tf.SumAttrs;
      const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b);
      const [first, last] = [axes[0] ?? 0, axes.at(-1) ?? 0];
      const isRun = axes.length > 0 && last - first === axes.length - 1 && last < x.shape.length - 1;
      if (!isRun || x.dtype !== "float32") return stock.kernelFunc(given);
      const sizeOf = (from: number, to: number): number => tf.util.sizeFromShape(x.shape.slice(from, to));
      const [outer, rows, columns] = [sizeOf(0, first), sizeOf(first, last + 1), sizeOf(last + 1, x.shape.length)];
      const heap = heapOf(given.backend);
      const kept = keepDims ? axes.map(() => 1) : [];
      const y = heap.output([...x.shape.slice(0, first), ...kept, ...x.shape.slice(last + 1)]);
      heap.kernels.columnSums(heap.addressOf(x), outer, rows, columns, isMean ? 1 / rows : 1, heap.addressOf(y));
      return y;
    },
  };
}
