import * as tf from "@tensorflow/tfjs-core";

/** An operation with a gradient of its own. */
export interface Operation<T extends tf.Tensor> {
  readonly value: T;
  /** The tensors that `gradient` needs. It must capture no others: tfjs may dispose of them before the backward pass. */
  readonly saved: readonly tf.Tensor[];
  /** One gradient for each input, from dy and `saved`. */
  readonly gradient: (dy: T, saved: readonly tf.Tensor[]) => tf.Tensor[];
}

/** Runs an operation with a gradient of its own, with respect to `inputs` only. */
export function differentiable<T extends tf.Tensor>(inputs: readonly tf.Tensor[], run: () => Operation<T>): T {
  const operation = tf.customGrad<T>((...given) => {
    const save = given.at(-1);
    const { value, saved, gradient } = run();
    if (typeof save === "function") save([...saved]);
    return { value, gradFunc: gradient };
  });
  return operation(...inputs);
}
