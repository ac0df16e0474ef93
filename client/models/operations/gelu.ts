import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "../../tfjs/differentiable.ts";
import { hasKernel, runKernel } from "../../tfjs/kernels/own-kernels.ts";

/** √(2/π), and the cube's factor (Hendrycks and Gimpel 2016). */
const slope = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** x/2 · (1 + tanh(√(2/π)(x + 0.044715 x³))): the GELU of GPT-2. */
export function gelu<T extends tf.Tensor>(x: T): T {
  if (hasKernel("CopseGelu"))
    return differentiable<T>([x], () => ({
      value: runKernel<T>("CopseGelu", { x }),
      saved: [x],
      gradient: (dy, [x]) => [runKernel("CopseGeluGradient", { dy, x: x! })],
    }));
  const inner = tf.mul(tf.mul(x, slope), tf.add(tf.mul(tf.square(x), cubic), 1));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}
