import * as tf from "@tensorflow/tfjs-core";
import type { OwnKernel } from "./own-kernels.ts";
import { heapOf, type NamedInputs } from "./wasm/wasm-heap.ts";

/**
 * `CopseCrossEntropy`: of logits z [.., classes] and labels [..], whole numbers, the mean of log Σⱼ exp zⱼ − z_label over all rows, and
 * softmax(z) − onehot(label), n times its gradient. Sixteen operations of tfjs, each of which takes longer than a small batch's numbers.
 */
export const crossEntropyKernel: tf.KernelConfig = {
  kernelName: "CopseCrossEntropy" satisfies OwnKernel,
  backendName: "wasm",
  kernelFunc({ inputs, backend }) {
    const { z, labels } = inputs as NamedInputs<"z" | "labels">;
    const classes = z.shape.at(-1)!;
    const rows = tf.util.sizeFromShape(z.shape) / classes;
    tf.util.assert(
      labels.dtype === "int32" && tf.util.sizeFromShape(labels.shape) === rows,
      () => `cross-entropy: expected ${rows} whole numbers, got [${labels.shape}] of ${labels.dtype}`,
    );
    const heap = heapOf(backend);
    const [loss, dz, parts] = [heap.output([]), heap.output(z.shape), heap.output([rows, 2])];
    const to = [heap.addressOf(dz), heap.addressOf(parts)] as const;
    heap.kernels.crossEntropy(heap.addressOf(z), heap.placeOf(labels), ...to, rows, classes);
    // Logarithms are taken here: those of the compiler keep a table in static memory, which is tfjs's.
    const numbers = heap.numbersOf(parts);
    let sum = 0;
    for (let i = 0; i < numbers.length; i += 2) sum += Math.log(numbers[i]!) + numbers[i + 1]!;
    heap.numbersOf(loss)[0] = sum / rows;
    heap.dispose(parts);
    return [loss, dz];
  },
};
