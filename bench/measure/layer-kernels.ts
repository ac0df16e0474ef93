import * as tf from "@tensorflow/tfjs";
import { add } from "../../client/models/operations/add.ts";
import { causalAttention } from "../../client/models/operations/causal-attention.ts";
import { dense } from "../../client/models/operations/dense.ts";
import { gelu } from "../../client/models/operations/gelu.ts";
import { normalize } from "../../client/models/operations/normalize.ts";
import { draw, type KernelCase } from "./kernel-case.ts";

/** An operation of layers, and the tensors that its gradient is by. */
interface LayerCase {
  readonly name: string;
  readonly shape: string;
  /** Floating-point operations forward, and in the gradient by all inputs. */
  readonly operations: readonly [forward: number, backward: number];
  readonly inputs: readonly tf.Tensor[];
  readonly run: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Whether tfjs has all kernels of the gradient on wasm. */
  readonly hasStockGradient?: boolean;
}

/**
 * The operations that layers are made of, forward and with their gradients. Where our kernels are not registered these operations are
 * made of tfjs's own.
 */
export function* layerKernels(isQuick: boolean): Generator<KernelCase> {
  for (const { name, shape, operations, inputs, run, hasStockGradient = true } of cases(isQuick ? 4 : 32)) {
    const [forward, backward] = operations;
    yield { name, shape, operations: forward, hasStock: true, run: () => tf.tidy(() => run(...inputs)) };
    yield {
      ...{ name: `${name}, with its gradient`, shape, operations: forward + backward, hasStock: hasStockGradient },
      run: () => tf.tidy(() => firstOf(tf.valueAndGrads(run)([...inputs]))),
    };
  }
  yield* einsums(isQuick ? 4 : 32);
  yield* reductions(isQuick ? 4 : 32);
}

/** n: images, or texts of 64 tokens, a batch. Sizes are those of the built-in models. */
function* cases(n: number): Generator<LayerCase> {
  const tokens = 64 * n;
  const denses = [
    [n, 784, 64, "relu"],
    [n, 64, 10, "linear"],
    [tokens, 48, 192, "linear"],
  ] as const;
  for (const [rows, inner, columns, activation] of denses) {
    const product = 2 * rows * inner * columns;
    yield {
      name: activation === "relu" ? "dense layer, ReLU" : "dense layer",
      shape: `${rows}×${inner}→${columns}`,
      operations: [product, 2 * product],
      inputs: [draw([rows, inner]), draw([inner, columns]), draw([columns])],
      run: (x, weights, bias) => dense(x!, weights as tf.Tensor2D, bias as tf.Tensor1D, { activation, isData: false }),
    };
  }
  const norms = [
    ["layer norm", [tokens, 48], tokens, 1, "linear"],
    ["group norm, ReLU", [n, 16, 16, 16], n, 4, "relu"],
    ["batch norm, ReLU", [n, 16, 16, 16], 1, 16, "relu"],
  ] as const;
  for (const [name, shape, samples, groups, activation] of norms) {
    const [size, channels] = [shape.reduce((product, side) => product * side, 1), shape.at(-1)!];
    yield {
      ...{ name, shape: shape.join("×"), operations: [8 * size, 12 * size] },
      inputs: [draw([...shape]), draw([channels]), draw([channels])],
      run: (x, gamma, beta) =>
        normalize(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, { samples, groups, epsilon: 1e-5, activation }),
    };
  }
  for (const [texts, length, heads, size] of [
    [n, 64, 3, 16],
    [n / 2, 128, 4, 32],
  ] as const) {
    // Half of the pairs of tokens are seen: QKᵀ and PV; four such products in the gradient.
    const seen = 2 * texts * heads * length * length * size;
    yield {
      ...{ name: "causal attention", shape: `${texts}×${length}, ${heads} heads of ${size}`, operations: [seen, 2 * seen] },
      inputs: [draw([texts, length, 3 * heads * size])],
      run: (sent) => causalAttention(sent as tf.Tensor3D, heads),
    };
  }
  const wide = tokens * 192;
  yield {
    ...{ name: "GELU", shape: `${tokens}×192`, operations: [10 * wide, 15 * wide] },
    inputs: [draw([tokens, 192])],
    run: (x) => gelu(x!),
  };
  const image = [n, 16, 16, 16];
  const pixels = n * 16 ** 3;
  yield {
    ...{ name: "add, ReLU", shape: image.join("×"), operations: [2 * pixels, pixels] },
    inputs: [draw(image), draw(image)],
    run: (a, b) => add(a!, b!, "relu"),
  };
  const ids = tf.tensor1d(
    Int32Array.from({ length: tokens }, (_, i) => (7 * i) % 65),
    "int32",
  );
  yield {
    ...{ name: "gather of rows", shape: `${tokens} of 65 rows of 48`, operations: [tokens * 48, tokens * 48] },
    inputs: [draw([65, 48])],
    run: (table) => tf.gather(table!, ids),
    // Its gradient is the sum of segments.
    hasStockGradient: false,
  };
}

/** tfjs has none on wasm. */
function* einsums(n: number): Generator<KernelCase> {
  const [x, weights] = [draw([n, 64, 48]), draw([48, 3, 16])];
  yield {
    ...{ name: "einsum abc,cde→abde", shape: `${n}×64×48, 48×3×16`, operations: 2 * n * 64 * 48 * 48, hasStock: false },
    run: () => tf.einsum("abc,cde->abde", x, weights),
  };
}

/** Sums and means over axes that are not the last: of a bias's gradient, and over an image. */
function* reductions(n: number): Generator<KernelCase> {
  const [rows, image] = [draw([64 * n, 192]), draw([n, 8, 8, 64])];
  const sum = { name: "sum over rows", shape: `${64 * n}×192`, operations: rows.size, hasStock: true };
  yield { ...sum, run: () => tf.sum(rows, 0) };
  const mean = { name: "mean over an image", shape: `${n}×8×8×64`, operations: image.size, hasStock: true };
  yield { ...mean, run: () => tf.mean(image, [1, 2]) };
}

/** The first gradient, which tidying keeps; value and other gradients are computed all the same. */
function firstOf({ grads }: { readonly value: tf.Tensor; readonly grads: readonly tf.Tensor[] }): tf.Tensor {
  return grads[0]!;
}
