import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../cli/support/exit.ts";
import type { DataSet } from "../../client/data/data-set.ts";
import { parseIdx } from "../../client/data/idx.ts";
import { initialParameters } from "../../shared/run/initial-parameters.ts";
import { selectLargest } from "../../shared/vector/select.ts";
import { adaptiveBits, boundBits } from "./bench-supports.ts";
import { indexBytes } from "./index-bytes.ts";

/** The supports of the largest entries while a model learns real images: they cluster by layer. */
export interface RealWireRow {
  readonly type: "wire-real";
  readonly model: "cnn" | "mlp";
  readonly length: number;
  readonly density: number;
  /** The vector whose largest entries are taken: the step, or the residual of EF14 plus the step. */
  readonly of: "step" | "residual";
  readonly updates: number;
  readonly bitsPerIndex: number;
  /** log₂ C(d, k) / k. */
  readonly boundBitsPerIndex: number;
  readonly ratio: number;
  /** Bits by an adaptive arithmetic coder: `adaptiveBits`. */
  readonly adaptiveBitsPerIndex: number;
}

const steps = 40;
const maxImages = 10_000;
const settings = { seed: 1 } as const;
const models = { cnn: "cnn", mlp: "mlp(256)" } as const;
const densities = [0.01, 0.1] as const;

/**
 * Trains on WebAssembly, as a headless peer does.
 * @param folder one that `hasTrainingImages`
 * @throws {UsageError} where images and labels do not match
 */
export async function* measureRealWire(folder: string, quick: boolean): AsyncGenerator<RealWireRow> {
  const data = await readTraining(folder);
  // Imported here, since tfjs takes seconds to load.
  const { createTrainer } = await import("../../client/tfjs/create-trainer.ts");
  const { imageData } = await import("../../client/tasks/image-data.ts");
  const { nodeBackends } = await import("../../client/node/tensorflow.ts");
  const backend = nodeBackends()[0]!.name;
  for (const model of ["cnn", "mlp"] as const) {
    const trainer = await createTrainer({ model: models[model], ...settings }, imageData(data), 0, backend);
    await trainer.load(initialParameters(trainer.layout, settings.seed));
    const { length } = trainer.layout;
    const meters = densities.flatMap((density) => (["step", "residual"] as const).map((of) => createMeter(length, density, of)));
    const updates = quick ? 10 : steps;
    for (let round = 1; round <= updates; round += 1) {
      const { delta } = await trainer.localUpdate({ round, steps: 1, batch: 32, rate: 0.1 });
      for (const meter of meters) meter.add(delta);
    }
    trainer.dispose();
    for (const meter of meters) yield { type: "wire-real", model, length, updates, ...meter.row() };
  }
}

function createMeter(length: number, density: number, of: "step" | "residual") {
  const entries = Math.ceil(density * length);
  const residual = new Float32Array(length);
  let count = 0;
  let bits = 0;
  let adaptive = 0;
  return {
    add(delta: Float32Array): void {
      if (of === "step") residual.set(delta);
      else for (let i = 0; i < length; i += 1) residual[i]! += delta[i]!;
      const indices = selectLargest(residual, entries);
      for (let j = 0; j < indices.length; j += 1) residual[indices[j]!] = 0;
      bits += 8 * indexBytes(indices, length);
      adaptive += adaptiveBits(length, indices);
      count += entries;
    },
    row() {
      const boundBitsPerIndex = boundBits(length, entries) / entries;
      const bitsPerIndex = bits / count;
      const ratio = bitsPerIndex / boundBitsPerIndex;
      return { density, of, bitsPerIndex, boundBitsPerIndex, ratio, adaptiveBitsPerIndex: adaptive / count };
    },
  };
}

const files = { images: /^train-images/, labels: /^train-labels/ } as const;

/** Whether a folder has the training images and labels in MNIST's format. */
export function hasTrainingImages(folder: string): boolean {
  return existsSync(folder) && Object.values(files).every((pattern) => nameIn(folder, pattern) !== undefined);
}

function nameIn(folder: string, pattern: RegExp): string | undefined {
  return readdirSync(folder).find((name) => pattern.test(name));
}

/** The training images of a folder; one of them is the test set, which is not used here. */
async function readTraining(folder: string): Promise<DataSet> {
  const read = (pattern: RegExp) => {
    const name = nameIn(folder, pattern)!;
    return parseIdx(readFileSync(join(folder, name)), name);
  };
  const pixels = await read(files.images);
  const labels = (await read(files.labels)).values;
  const [count = 0, height = 0, width = 0] = pixels.shape;
  if (pixels.shape.length !== 3 || count !== labels.length)
    throw new UsageError(
      `--data: expected as many images as labels in ${folder}, got ${pixels.shape.join("×")} and ${labels.length}`,
    );
  // Tens of steps use no more images than these.
  const kept = Math.min(count, maxImages);
  const size = height * width;
  const images = Float32Array.from(pixels.values.subarray(0, kept * size), (value) => value / 255);
  const train = { images, labels: labels.subarray(0, kept) };
  const test = { images: images.subarray(0, size), labels: labels.subarray(0, 1) };
  return { height, width, channels: 1, classes: 1 + Math.max(...new Set(labels)), train, test };
}
