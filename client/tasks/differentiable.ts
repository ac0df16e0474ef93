import * as tf from "@tensorflow/tfjs-core";

/** An operation with a gradient of its own. */
export interface Operation<T extends tf.Tensor> {
  readonly value: T;
  /** The tensors that `gradient` needs: tfjs may dispose of all others before it goes backward, so it must capture none. */
  readonly saved: readonly tf.Tensor[];
  /** From dy to one gradient for each input, given `saved` again. */
  readonly gradient: (dy: T, saved: readonly tf.Tensor[]) => tf.Tensor[];
}

/** Runs an operation that tfjs is to differentiate by the gradient it brings along, with respect to `inputs` only. */
export function differentiable<T extends tf.Tensor>(inputs: readonly tf.Tensor[], run: () => Operation<T>): T {
  const operation = tf.customGrad<T>((...given) => {
    const save = given.at(-1);
    const { value, saved, gradient } = run();
    if (typeof save === "function") save([...saved]);
    return { value, gradFunc: gradient };
  });
  return operation(...inputs);
}
