import * as tf from "@tensorflow/tfjs-core";
import { test } from "vitest";
import { drawWriter, glyphShape } from "../../client/data/glyphs.ts";
import { DeviceMemory } from "../../client/gpu/device-memory.ts";
import { deviceScheme } from "../../client/gpu/device-scheme.ts";
import type { GpuVector } from "../../client/gpu/gpu-vector.ts";
import { imageData } from "../../client/tasks/image-data.ts";
import { createTrainer } from "../../client/tfjs/create-trainer.ts";
import { gpuTrainer, webgpuDevice } from "../../client/tfjs/gpu-trainer.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import { noGpu, openDevice, openGpu } from "../support/open-gpu.ts";
import { contract } from "./contract.ts";
import { trainerLaws } from "./trainer-laws.ts";

const device = await openDevice();
device?.destroy();
test.skipIf(device !== null)("a GPU is there", ({ skip }) => skip(noGpu));

if (device !== null) {
  Object.defineProperty(globalThis, "navigator", { value: { gpu: openGpu() }, configurable: true });
  tf.enableProdMode();
  await import("@tensorflow/tfjs-backend-webgpu");

  contract("a trainer whose updates stay on the GPU", trainerLaws, () => {
    const data = imageData({ ...glyphShape, train: drawWriter(1, 0, 40), test: drawWriter(1, 1, 20) });
    const all: Trainer<Delta>[] = [];
    return {
      async make() {
        const trainer = await createTrainer({ model: "softmax", seed: 1 }, data, 2, "webgpu");
        const memory = await DeviceMemory.create(webgpuDevice(), trainer.layout.length);
        const held = gpuTrainer(trainer, { memory, scheme: deviceScheme("ef14(topk(1%))", memory)! }, () => {});
        all.push(held);
        return held;
      },
      read: (delta) => (delta as GpuVector).toArray(),
      keepsUpdates: false,
      scale: 0.25,
      wait: (promise) => promise,
      async close() {
        for (const trainer of all) trainer.dispose();
      },
    };
  });
}
