import * as tf from "@tensorflow/tfjs";
import { nodeBackends } from "../../client/node/tensorflow.ts";
import { patchesGradient } from "../../client/tfjs/filter-gradient.ts";
import { registerKernels } from "../../client/tfjs/kernels/register-kernels.ts";
import { processorMs, sideBySide, type Task } from "./bench-measure.ts";
import { draw, type KernelCase } from "./kernel-case.ts";
import { layerKernels } from "./layer-kernels.ts";

/** One kernel on wasm, on one thread. */
export interface KernelRow {
  readonly type: "kernel";
  readonly name: string;
  readonly shape: string;
  /** Processor time of one core: what other programs take of it does not count. */
  readonly milliseconds: number;
  readonly gflops: number;
  /** tfjs's own kernel, or its own operations where it has no single one; null where it has none on wasm. */
  readonly tfjsMilliseconds: number | null;
  /** Filter gradients: by patches and tfjs's own product of matrices. */
  readonly patchesMilliseconds: number | null;
  /** gflops over those of tfjs's own product of two matrices of 512 × 512, in the same run. */
  readonly share: number;
  readonly runs: number;
}

const side = 512;
/** Operations of one measurement, about: what takes microseconds is lost in the clock's steps. */
const operationsOfRun = { quick: 2e5, usual: 2e7 };

/** [side of the images, channels in, channels out], filters of 3 × 3. */
const convolutions = [
  [32, 16, 16],
  [32, 8, 8],
  [16, 32, 32],
  [14, 8, 16],
  [8, 64, 64],
  [28, 1, 8],
] as const;

/** Measures our kernels beside tfjs's own and the way around those that it lacks. */
export async function* kernelRows({ isQuick }: { readonly isQuick: boolean }): AsyncGenerator<KernelRow> {
  nodeBackends();
  await tf.setBackend("wasm");
  const { own, stock } = registerKernels();
  const use = (kernels: ReadonlyMap<string, tf.KernelConfig>) => async (): Promise<void> => {
    for (const name of own.keys()) {
      if (tf.getKernel(name, "wasm") != null) tf.unregisterKernel(name, "wasm");
      const kernel = kernels.get(name);
      if (kernel !== undefined) tf.registerKernel(kernel);
    }
  };
  const runs = isQuick ? 1 : 15;
  const atOnce = isQuick ? operationsOfRun.quick : operationsOfRun.usual;
  const [a, b] = [draw([side, side]), draw([side, side])];
  let yardstick: number | null = null;
  for (const { name, shape, operations, run, patches, hasStock } of measured(isQuick)) {
    const repeats = Math.max(1, Math.round(atOnce / operations));
    const task = (kernels: ReadonlyMap<string, tf.KernelConfig>, compute: () => tf.Tensor): Task => ({
      before: use(kernels),
      run: () => compute().dispose(),
    });
    const tasks: Record<string, Task> = {
      own: task(own, run),
      ...(hasStock ? { tfjs: task(stock, run) } : {}),
      ...(patches === undefined ? {} : { patches: task(stock, () => tf.tidy(patches)) }),
    };
    const medians = await sideBySide(tasks, { runs, repeats, clock: processorMs });
    // Beside each case, as the machine's speed changes; quickly, once.
    if (yardstick === null || !isQuick) {
      const product = { yardstick: task(stock, () => tf.matMul(a, b)) };
      yardstick = (await sideBySide(product, { runs, clock: processorMs })).get("yardstick")!;
    }
    const milliseconds = medians.get("own")!;
    const gflops = operations / milliseconds / 1e6;
    const [tfjsMilliseconds, patchesMilliseconds] = [medians.get("tfjs") ?? null, medians.get("patches") ?? null];
    yield {
      type: "kernel",
      name,
      shape,
      milliseconds,
      gflops,
      tfjsMilliseconds,
      patchesMilliseconds,
      share: gflops / ((2 * side ** 3) / yardstick / 1e6),
      runs,
    };
  }
  await use(own)();
  tf.dispose([a, b]);
}

function* measured(isQuick: boolean): Generator<KernelCase> {
  const n = isQuick ? 4 : 32;
  yield* products(isQuick);
  for (const [size, inputs, outputs] of convolutions.slice(isQuick ? -2 : 0)) {
    const [x, dy] = [draw([n, size, size, inputs]) as tf.Tensor4D, draw([n, size, size, outputs]) as tf.Tensor4D];
    const laid = { strides: 1, pad: "same", dataFormat: "NHWC" } as const;
    const filterShape = [3, 3, inputs, outputs];
    const shape = `${n}×${size}×${size} ${inputs}→${outputs}`;
    const operations = 2 * n * size * size * 9 * inputs * outputs;
    yield {
      ...{ name: "filter gradient", shape, operations, hasStock: false },
      run: () => kernel(tf.Conv2DBackpropFilter, { x, dy }, { ...laid, filterShape }),
      patches: () => patchesGradient(x, dy, [3, 3], { strides: 1, pad: "same", dilations: 1 }),
    };
    const filter = draw(filterShape);
    for (const strides of [1, 2]) {
      const sent = draw([n, Math.ceil(size / strides), Math.ceil(size / strides), outputs]);
      yield {
        ...{ name: `input gradient, stride ${strides}`, shape, operations: operations / strides ** 2, hasStock: true },
        run: () => kernel(tf.Conv2DBackpropInput, { dy: sent, filter }, { ...laid, strides, inputShape: x.shape }),
      };
    }
  }
  const [x, dy] = [draw([n, 16, 16, 32]), draw([n, 16, 16, 32])];
  const laid = { strides: 1, pad: "same", dilations: 1, dataFormat: "NHWC" } as const;
  const shape = `${n}×16×16 32, depthwise`;
  const operations = 2 * n * 16 * 16 * 9 * 32;
  yield {
    ...{ name: "filter gradient", shape, operations, hasStock: false },
    run: () => kernel(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, { ...laid, filterShape: [3, 3, 32, 1] }),
  };
  const filter = draw([3, 3, 32, 1]);
  yield {
    ...{ name: "input gradient", shape, operations, hasStock: false },
    run: () => kernel(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, { ...laid, inputShape: x.shape }),
  };
  const [rows, ids] = [
    draw([2_048, 48]),
    tf.tensor1d(
      Int32Array.from({ length: 2_048 }, (_, i) => (7 * i) % 65),
      "int32",
    ),
  ];
  yield {
    ...{ name: "segment sum", shape: "2048 rows of 48 into 65", operations: 2_048 * 48, hasStock: false },
    run: () => tf.unsortedSegmentSum(rows, ids, 65),
  };
  yield* layerKernels(isQuick);
}

/** [batch, m, k] · [batch, k, n]: plain, of dense layers' gradients, of attention. */
function* products(isQuick: boolean): Generator<KernelCase> {
  const cases: readonly (readonly [name: string, batch: number, m: number, k: number, n: number, a: boolean, b: boolean])[] = [
    ["product", 1, 512, 512, 512, false, false],
    ["product", 1, 128, 784, 64, false, false],
    ["product", 1, 2_048, 48, 144, false, false],
    ["product, Aᵀ", 1, 512, 512, 512, true, false],
    ["product, Aᵀ", 1, 784, 128, 64, true, false],
    ["product, Aᵀ", 1, 48, 2_048, 144, true, false],
    ["product, Bᵀ", 1, 512, 512, 512, false, true],
    ["product, Bᵀ", 1, 128, 64, 784, false, true],
    ["product, Bᵀ", 1, 2_048, 144, 48, false, true],
    ["attention, QKᵀ", 96, 64, 16, 64, false, true],
    ["attention, PV", 96, 64, 64, 16, false, false],
    ["attention, PᵀdO", 96, 64, 64, 16, true, false],
    ["attention, QKᵀ", 64, 128, 32, 128, false, true],
    ["attention, PV", 64, 128, 128, 32, false, false],
  ];
  for (const [name, batch, m, k, n, transposeA, transposeB] of cases) {
    // tfjs takes seconds for the largest.
    if (isQuick && m * k * n > 1e7) continue;
    const count = isQuick ? Math.min(batch, 8) : batch;
    const [a, b] = [draw(transposeA ? [count, k, m] : [count, m, k]), draw(transposeB ? [count, n, k] : [count, k, n])];
    const shape = `${count}×${m}×${k}×${n}`;
    yield { name, shape, operations: 2 * count * m * k * n, run: () => tf.matMul(a, b, transposeA, transposeB), hasStock: true };
  }
}

function kernel(name: string, inputs: tf.NamedTensorMap, attrs: object): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor;
}
