import * as tf from "@tensorflow/tfjs-core";

type Kernel = (given: { inputs: tf.NamedTensorInfoMap; backend: unknown; attrs?: object }) => tf.TensorInfo;

/** The letters of an equation: those of each operand, and those of the result. */
interface Letters {
  readonly operands: readonly string[];
  readonly result: string;
}

/** "ij,jk->ik" → { operands: ["ij", "jk"], result: "ik" }. */
export function lettersOf(equation: string): Letters {
  const [left, result] = equation.replace(/\s/g, "").split("->") as [string, string];
  return { operands: left.split(","), result };
}

/**
 * Sums over products of the elements of one or two operands, by tfjs's notation; none on wasm otherwise. Two operands become one
 * batched product of matrices: letters of both and of the result are the batch, letters of both alone are summed over; a letter of
 * one operand alone that is not in the result is summed before.
 */
export const einsum: tf.KernelConfig = {
  kernelName: tf.Einsum,
  backendName: "wasm",
  kernelFunc({ inputs, backend, attrs }) {
    const { equation } = attrs as unknown as tf.EinsumAttrs;
    const { operands, result } = lettersOf(equation);
    const tensors = operands.map((_, i) => inputs[String(i)]!);
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, Object.keys(inputs).length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as tf.Tensor[]);
    const made: tf.TensorInfo[] = [];
    const call = (name: string, its: tf.NamedTensorInfoMap, options: object = {}): tf.TensorInfo => {
      const kernel = tf.getKernel(name, "wasm").kernelFunc as unknown as Kernel;
      const found = kernel({ inputs: its, backend, attrs: options });
      made.push(found);
      return found;
    };
    const sizes = new Map(
      operands.flatMap((letters, i) => [...letters].map((letter, axis) => [letter, tensors[i]!.shape[axis]!])),
    );
    const reshaped = (x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo => call(tf.Reshape, { x }, { shape });
    const sidesOf = (letters: string): number[] => [...letters].map((letter) => sizes.get(letter)!);
    const sizeOf = (letters: string): number => sidesOf(letters).reduce((product, side) => product * side, 1);
    /** An operand with its axes in another order, those that are not named summed over. */
    const arranged = (i: number, wanted: string): tf.TensorInfo => {
      const letters = operands[i]!;
      const axes = [...letters].flatMap((letter, axis) => (wanted.includes(letter) ? [] : [axis]));
      const summed = axes.length === 0 ? tensors[i]! : call(tf.Sum, { x: tensors[i]! }, { axis: axes, keepDims: false });
      const left = [...letters].filter((letter) => wanted.includes(letter));
      const perm = [...wanted].map((letter) => left.indexOf(letter));
      return perm.every((axis, at) => axis === at) ? summed : call(tf.Transpose, { x: summed }, { perm });
    };
    const finished = (out: tf.TensorInfo): tf.TensorInfo => {
      for (const one of made) if (one !== out) (backend as tf.KernelBackend).disposeData(one.dataId);
      return out;
    };
    if (operands.length === 1) {
      const out = arranged(0, result);
      return finished(made.includes(out) ? out : call(tf.Identity, { x: out }));
    }
    const [a, b] = operands as [string, string];
    const only = (letters: string, test: (letter: string) => boolean): string => [...letters].filter(test).join("");
    const batch = only(a, (letter) => b.includes(letter) && result.includes(letter));
    const inner = only(a, (letter) => b.includes(letter) && !result.includes(letter));
    const rows = only(a, (letter) => !b.includes(letter) && result.includes(letter));
    const columns = only(b, (letter) => !a.includes(letter) && result.includes(letter));
    const left = reshaped(arranged(0, batch + rows + inner), [sizeOf(batch), sizeOf(rows), sizeOf(inner)]);
    const right = reshaped(arranged(1, batch + inner + columns), [sizeOf(batch), sizeOf(inner), sizeOf(columns)]);
    const product = call(tf.BatchMatMul, { a: left, b: right }, { transposeA: false, transposeB: false });
    const order = batch + rows + columns;
    const shaped = reshaped(product, sidesOf(order));
    const perm = [...result].map((letter) => order.indexOf(letter));
    return finished(perm.every((axis, at) => axis === at) ? shaped : call(tf.Transpose, { x: shaped }, { perm }));
  },
};
