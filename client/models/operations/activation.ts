import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";
import { hasKernel, runKernel } from "../../tfjs/kernels/own-kernels.ts";

/** Functions that are fused with the operation before them: the identity, and max(0, ·). */
export type Activation = "linear" | "relu";

/** activation(x), by an operation of its own. */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  if (activation === "linear") return x;
  return differentiable<T>([x], () => {
    const y = tf.relu(x);
    return { value: y, saved: [y], gradient: (dy, [y]) => [beforeActivation(dy, y!, activation)] };
  });
}

/** dz of y = activation(z), from dy and y. */
export function beforeActivation<T extends tf.Tensor>(dy: T, y: tf.Tensor, activation: Activation): T {
  if (activation === "linear") return dy;
  return hasKernel("CopseReLUGradient") ? runKernel<T>("CopseReLUGradient", { dy, y }) : tf.mul<T>(dy, tf.step(y));
}
