import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import { nodeBackends } from "../../../../client/node/tensorflow.ts";

export function useKernels(): void {
  nodeBackends();
}

/** Numbers of a shape, the same for the same salt, none of them round. */
export function wavy(shape: readonly number[], salt: number): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(salt + 1.7 * i) + 0.3 * Math.cos(salt * i)),
    [...shape],
  );
}

type Run = () => tf.Tensor | readonly tf.Tensor[];

/** What a computation comes to on tfjs's plain cpu backend, and on wasm with our kernels, at most `tolerance` apart: of the largest result, or of 1, the size of what is summed, where the sums cancel. */
export async function expectAgreement(run: Run, tolerance = 1e-5): Promise<void> {
  const [expected, found] = [await numbersOn("cpu", run), await numbersOn("wasm", run)];
  expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  expected.forEach(({ numbers }, which) => {
    const scale = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const error = numbers.reduce((most, value, i) => Math.max(most, Math.abs(value - found[which]!.numbers[i]!)), 0);
    expect(error / scale).toBeLessThan(tolerance);
  });
}

async function numbersOn(backend: string, run: Run): Promise<{ shape: number[]; numbers: Float32Array }[]> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const found = tf.tidy(() => [run()].flat() as tf.Tensor[]);
  expect(tf.memory().numTensors - before).toBe(found.length);
  const numbers = found.map((tensor) => ({ shape: tensor.shape, numbers: Float32Array.from(tensor.dataSync()) }));
  tf.dispose(found);
  return numbers;
}
