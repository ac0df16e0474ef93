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
