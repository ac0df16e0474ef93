import * as tf from "@tensorflow/tfjs-core";
import { lettersOf } from "./einsum.ts";

/** Gradients that tfjs 4.22 does not have; of operations, so for every backend. */
const gradients: readonly tf.GradConfig[] = [
  {
    kernelName: tf.Einsum,
    saveAllInputs: true,
    gradFunc(dy, saved, attrs) {
      const { operands, result } = lettersOf((attrs as unknown as tf.EinsumAttrs).equation);
      const gradientOf = (i: number): tf.Tensor => {
        const own = operands[i]!;
        const other = operands[1 - i] ?? "";
        // A letter of this operand alone was summed over: each of its elements gets the same.
        const kept = [...own].filter((letter) => result.includes(letter) || other.includes(letter)).join("");
        const terms = operands.length === 1 ? [result] : [result, other];
        const given = operands.length === 1 ? [dy as tf.Tensor] : [dy as tf.Tensor, saved[1 - i]!];
        const reduced = tf.einsum(`${terms.join(",")}->${kept}`, ...given);
        const shape = saved[i]!.shape;
        const opened = [...own].map((letter, axis) => (kept.includes(letter) ? shape[axis]! : 1));
        return tf.broadcastTo(tf.reshape(reduced, opened), shape);
      };
      return Object.fromEntries(operands.map((_, i) => [String(i), () => gradientOf(i)]));
    },
  },
  {
    kernelName: tf.GatherNd,
    inputsToSave: ["params", "indices"],
    gradFunc(dy, saved) {
      const [params, indices] = saved as [tf.Tensor, tf.Tensor];
      return {
        params: () => tf.scatterND(indices, dy as tf.Tensor, params.shape),
        indices: () => tf.zerosLike(indices),
      };
    },
  },
];

/** Gives tfjs the gradients that it lacks, on every backend. Once more does nothing. */
export function registerGradients(): void {
  for (const gradient of gradients) if (tf.getGradient(gradient.kernelName) == null) tf.registerGradient(gradient);
}
