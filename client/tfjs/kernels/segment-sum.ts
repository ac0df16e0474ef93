import * as tf from "@tensorflow/tfjs-core";
import { heapOf, type NamedInputs } from "./wasm/wasm-heap.ts";

/**
 * y[s] = Σ x[i] over the i with segment s, rows of any shape; indices outside of the segments are left out. The gradient of
 * `gather`, so of embeddings; tfjs has none on wasm. O(size of x).
 */
export const unsortedSegmentSum: tf.KernelConfig = {
  kernelName: tf.UnsortedSegmentSum,
  backendName: "wasm",
  kernelFunc({ inputs, backend, attrs }) {
    const { x, segmentIds } = inputs as NamedInputs<"x" | "segmentIds">;
    const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs;
    const heap = heapOf(backend);
    const rowShape = x.shape.slice(segmentIds.shape.length);
    const length = tf.util.sizeFromShape(rowShape);
    const y = heap.output([numSegments, ...rowShape]);
    const [from, sums, ids] = [heap.numbersOf(x), heap.numbersOf(y), heap.integersOf(segmentIds)];
    sums.fill(0);
    for (let row = 0; row < ids.length; row += 1) {
      const segment = ids[row]!;
      if (segment < 0 || segment >= numSegments) continue;
      for (let j = 0, i = row * length, at = segment * length; j < length; j += 1) sums[at + j]! += from[i + j]!;
    }
    return y;
  },
};

/** Rows x[i] for each index i, which must be in range. tfjs's own goes number by number. @param stock tfjs's, for other axes and types */
export function gather(stock: tf.KernelConfig): tf.KernelConfig {
  return {
    kernelName: tf.GatherV2,
    backendName: "wasm",
    kernelFunc(given) {
      const { x, indices } = given.inputs as NamedInputs<"x" | "indices">;
      const { axis, batchDims } = given.attrs as unknown as tf.GatherV2Attrs;
      const isOfRows = axis === 0 && batchDims === 0 && x.dtype === "float32" && indices.dtype === "int32";
      if (!isOfRows) return stock.kernelFunc(given);
      const heap = heapOf(given.backend);
      const rowShape = x.shape.slice(1);
      const length = tf.util.sizeFromShape(rowShape);
      const y = heap.output([...indices.shape, ...rowShape]);
      const [from, to, rows] = [heap.numbersOf(x), heap.numbersOf(y), heap.integersOf(indices)];
      for (const [at, row] of rows.entries()) {
        tf.util.assert(row >= 0 && row < x.shape[0]!, () => `gather: expected an index below ${x.shape[0]}, got ${row}`);
        to.set(from.subarray(row * length, (row + 1) * length), at * length);
      }
      return y;
    },
  };
}
