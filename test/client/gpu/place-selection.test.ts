import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, it, onTestFinished, test } from "vitest";
import { realClock } from "../../../client/base/real-clock.ts";
import { drawCrowd, glyphShape } from "../../../client/data/glyphs.ts";
import { DeviceMemory } from "../../../client/gpu/device-memory.ts";
import type { GpuVector } from "../../../client/gpu/gpu-vector.ts";
import { measureSelection } from "../../../client/gpu/measure-selection.ts";
import { placeSelection, type SelectionPlace } from "../../../client/gpu/place-selection.ts";
import { imageData } from "../../../client/tasks/image-data.ts";
import { createTrainer } from "../../../client/tfjs/create-trainer.ts";
import { gpuTrainer, webgpuDevice } from "../../../client/tfjs/gpu-trainer.ts";
import { layoutOf } from "../../../shared/base/layout.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";
import { createVirtualClock } from "../../../shared/simulation/network/virtual-clock.ts";
import { noGpu, openDevice, openGpu } from "../../support/open-gpu.ts";

const device = await openDevice();
afterAll(() => device?.destroy());

const layout = layoutOf([{ name: "x", shape: [500] }]);
const place = (scheme: string, wanted: SelectionPlace | null) =>
  placeSelection(device!, { scheme, layout, wanted, clock: realClock });

test.skipIf(device !== null)("a GPU is there", ({ skip }) => skip(noGpu));

describe.skipIf(device === null)("where the largest entries are found", () => {
  it("is measured in about a second: the two sides agree, and nothing of it stays in the memory", async () => {
    const memory = await DeviceMemory.create(device!, layout.length);
    onTestFinished(() => memory.destroy());
    let now = 0;
    // A clock by which each step takes 400 ms.
    const times = await measureSelection(memory, 5, () => (now += 400));
    expect(times).toEqual({ device: 400, cpu: 400, agree: true });
    expect(now).toBeLessThanOrEqual(8 * 400);
    expect(new Set(await memory.read(0))).toEqual(new Set([0]));
  });

  it("is where it is asked for, and on the CPU for whatever a device cannot encode", async () => {
    const onDevice = await place("ef14(topk(1%))", "device");
    expect(onDevice.held).not.toBeNull();
    onDevice.held?.memory.destroy();
    expect((await place("ef14(topk(1%))", "cpu")).held).toBeNull();
    const other = await place("ef21(topk(1%))", "device");
    expect(other.held).toBeNull();
    expect(other.sentence).toBe("The largest entries are found on the CPU: the GPU takes topk(k) and ef14(topk(k)) only.");
  });

  it("is the CPU where all peers find one support, whatever is asked for", async () => {
    const options = { scheme: "topk(1%)", layout, sharesSupport: true, wanted: "device", clock: realClock } as const;
    expect(await placeSelection(device!, options)).toEqual({
      held: null,
      sentence: "The largest entries are found on the CPU: the peers of this run find them together.",
    });
  });

  it("is the CPU where the device gives no answer within a minute", async () => {
    const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
    const mute = new Proxy(device!, {
      get(target, name) {
        if (name === "popErrorScope") return () => new Promise(() => {});
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const placed = placeSelection(mute, { scheme: "topk(1%)", layout, wanted: null, clock });
    await clock.advance(60_000);
    expect(await placed).toEqual({
      held: null,
      sentence: "The largest entries are found on the CPU: the GPU gave no answer within 60 s.",
    });
  });

  it("is the CPU where the device has no room, and the sentence says so", async () => {
    const most = device!.limits.maxStorageBufferBindingSize / 4;
    const { held, sentence } = await placeSelection(device!, {
      scheme: "topk(1%)",
      layout: layoutOf([{ name: "x", shape: [most + 1] }]),
      wanted: null,
      clock: realClock,
    });
    expect(held).toBeNull();
    expect(sentence).toContain(`expected 1 … ${most} parameters on this device, got ${most + 1}`);
  });
});

test.skipIf(device === null)("an update that stays on the device is the one that would be read back, bit for bit", async () => {
  Object.defineProperty(globalThis, "navigator", { value: { gpu: openGpu() }, configurable: true });
  tf.enableProdMode();
  await import("@tensorflow/tfjs-backend-webgpu");
  const data = imageData({ ...glyphShape, train: drawCrowd(1, 0, 20), test: drawCrowd(1, 1, 5) });
  const trainer = await createTrainer({ model: "softmax", seed: 1 }, data, 0, "webgpu");
  const { held } = await placeSelection(webgpuDevice(), {
    scheme: "ef14(topk(1%))",
    layout: trainer.layout,
    wanted: "device",
    clock: { ...realClock, now: () => 0 },
  });
  const holding = gpuTrainer(trainer, held!, () => {});
  onTestFinished(() => holding.dispose());
  const options = { round: 1, steps: 2, batch: 8, rate: 0.1 };
  const parameters = initialParameters(trainer.layout, 1);
  await trainer.load(parameters);
  const { delta } = await trainer.localUpdate(options);
  await holding.load(parameters);
  const tensors = tf.memory().numTensors;
  const kept = await holding.localUpdate(options);
  expect(tf.memory().numTensors).toBe(tensors);
  expect(held!.memory.bytesRead).toBe(0);
  const vector = await (kept.delta as GpuVector).scaled(1);
  expect(new Uint32Array((await held!.memory.read(vector.id)).buffer)).toEqual(new Uint32Array(delta.buffer));
});
