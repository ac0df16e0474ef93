import * as tf from "@tensorflow/tfjs-core";
import type { Scheme } from "../../shared/compress/types.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import type { State } from "../../shared/vector/update.ts";
import type { DeviceMemory } from "../gpu/device-memory.ts";
import type { TensorTrainer } from "./tensor-trainer.ts";
import { TrainingError } from "./training-error.ts";

/** The device of tfjs's WebGPU backend. @throws {TrainingError} if another backend is the current one */
export function webgpuDevice(): GPUDevice {
  const { device } = tf.backend() as unknown as { readonly device?: GPUDevice };
  if (tf.getBackend() !== "webgpu" || device === undefined) throw new TrainingError("expected the webgpu backend, got another");
  return device;
}

/**
 * A trainer on WebGPU whose updates stay there, in the memory given, which is destroyed with it.
 * @param kept called once for each update that was put into the memory
 */
export function gpuTrainer(
  trainer: TensorTrainer,
  held: { readonly memory: DeviceMemory; readonly scheme: Scheme<State, State, Delta> },
  kept: () => void,
): Trainer<Delta> {
  const { memory, scheme } = held;
  return {
    layout: trainer.layout,
    samples: trainer.samples,
    ...(trainer.classes === undefined ? {} : { classes: trainer.classes }),
    scheme,
    load: (parameters) => trainer.load(parameters),
    localUpdate: (options) =>
      trainer.update(options, async (delta) => {
        // Submits what tfjs has queued, so that later commands on the device come after it.
        const { buffer, tensorRef } = delta.dataToGPU();
        delta.dispose();
        if (buffer === undefined) throw new TrainingError("expected an update on the GPU, got one without a buffer");
        const vector = memory.keep(buffer);
        tensorRef.dispose();
        kept();
        return vector;
      }),
    gradientAt: (parameters, batch, round) => trainer.gradientAt(parameters, batch, round),
    evaluate: (slice) => trainer.evaluate(slice),
    dispose() {
      trainer.dispose();
      memory.destroy();
    },
  };
}
