import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";
import { hasKernel, runKernel } from "../../tfjs/kernels/own-kernels.ts";
import { type Activation, activate, beforeActivation } from "./activation.ts";

/** activation(a + b) of two tensors of the same shape. */
export function add<T extends tf.Tensor>(a: T, b: T, activation: Activation): T {
  if (activation === "linear" || !hasKernel("CopseAddReLU")) return activate(tf.add<T>(a, b), activation);
  return differentiable<T>([a, b], () => {
    const y = runKernel<T>("CopseAddReLU", { a, b });
    return {
      value: y,
      saved: [y],
      gradient: (dy, [y]) => {
        const dz = beforeActivation(dy, y!, activation);
        // Two tensors of the same numbers: tfjs disposes of each by itself.
        return [dz, tf.clone(dz)];
      },
    };
  });
}
