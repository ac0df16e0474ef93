import * as tf from "@tensorflow/tfjs-core";
import type { NamedInputs } from "./wasm/wasm-heap.ts";

interface Counting {
  incRef(id: tf.DataId): void;
}

/** A tensor of the same numbers. tfjs's copies them on wasm, and so whatever an operation saves for its gradient. */
export const identity: tf.KernelConfig = {
  kernelName: tf.Identity,
  backendName: "wasm",
  kernelFunc({ inputs, backend }) {
    return again((inputs as NamedInputs<"x">).x, backend);
  },
};

/** The same where the type stays as it is. @param stock tfjs's own, for the others */
export function cast(stock: tf.KernelConfig): tf.KernelConfig {
  return {
    kernelName: tf.Cast,
    backendName: "wasm",
    kernelFunc(given) {
      const { x } = given.inputs as NamedInputs<"x">;
      const { dtype } = given.attrs as unknown as tf.CastAttrs;
      return x.dtype === dtype && dtype !== "string" ? again(x, given.backend) : stock.kernelFunc(given);
    },
  };
}

/** Tensors are never written to, so they may share their numbers. */
function again({ dataId, shape, dtype }: tf.TensorInfo, backend: unknown): tf.TensorInfo {
  (backend as Counting).incRef(dataId);
  return { dataId, shape, dtype };
}
