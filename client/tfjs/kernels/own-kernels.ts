import * as tf from "@tensorflow/tfjs-core";

/** Kernels that tfjs has no operation for. Operations of ours use them where a backend has them, and are made of tfjs's elsewhere. */
export type OwnKernel =
  | "CopseAddReLU"
  | "CopseReLUGradient"
  | "CopseDense"
  | "CopseDenseGradient"
  | "CopseGelu"
  | "CopseGeluGradient"
  | "CopseNormalize"
  | "CopseNormalizeGradient"
  | "CopseAttention"
  | "CopseAttentionGradient"
  | "CopseCrossEntropy";

/** Whether the current backend has a kernel. */
export function hasKernel(name: OwnKernel): boolean {
  return tf.getKernel(name, tf.getBackend()) != null;
}

/** Runs a kernel that the current backend has: one result, or several. */
export function runKernel<T extends tf.Tensor | readonly tf.Tensor[]>(
  name: OwnKernel,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attrs: object = {},
): T {
  return tf.engine().runKernel(name, { ...inputs }, attrs as tf.NamedAttrMap) as unknown as T;
}
