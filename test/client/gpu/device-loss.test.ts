import { setTimeout as sleep } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { drawCrowd, glyphShape } from "../../../client/data/glyphs.ts";
import { DeviceMemory } from "../../../client/gpu/device-memory.ts";
import { deviceScheme } from "../../../client/gpu/device-scheme.ts";
import { failoverScheme } from "../../../client/gpu/failover-scheme.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import type { ClientReport } from "../../../client/peer/client-report.ts";
import { imageData } from "../../../client/tasks/image-data.ts";
import { failoverTrainer } from "../../../client/tfjs/failover-trainer.ts";
import { webgpuDevice } from "../../../client/tfjs/gpu-trainer.ts";
import { lossOf } from "../../../client/tfjs/lost-device.ts";
import { createRunTrainer } from "../../../client/tfjs/run-trainer.ts";
import { layoutOf } from "../../../shared/base/layout.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";
import type { Trainer } from "../../../shared/run/trainer.ts";
import { sparseUpdate } from "../../../shared/vector/update.ts";
import { noGpu, openDevice, openGpu } from "../../support/open-gpu.ts";
import { hashesByRound, swarmOf } from "../../support/swarm.ts";

const device = await openDevice();
const never = new Promise<string>(() => {});

test.skipIf(device !== null)("a GPU is there", ({ skip }) => skip(noGpu));

describe.skipIf(device === null)("a trainer whose GPU is lost in the middle of an update", () => {
  const config = { ...defaultConfig, model: "softmax", scheme: "ef14(topk(1%))" } as const;
  const data = imageData({ ...glyphShape, train: drawCrowd(1, 0, 20), test: drawCrowd(1, 1, 5) });
  const options = { round: 1, steps: 20, batch: 8, rate: 0.1 };

  beforeAll(async () => {
    Object.defineProperty(globalThis, "navigator", { value: { gpu: openGpu() }, configurable: true });
    nodeBackends();
    await import("@tensorflow/tfjs-backend-webgpu");
  });

  /** A trainer on the GPU with its parameters loaded, and all that it reports. `unplug` takes the GPU away for good. */
  async function onGpu(selection: "device" | "cpu") {
    const reports: ClientReport[] = [];
    let isUnplugged = false;
    const obstacle = async () => (isUnplugged ? "this machine has lost its GPU" : null);
    const trainer = await createRunTrainer(config, data, 0, {
      backends: [{ name: "webgpu", obstacle }, { name: "wasm" }, { name: "cpu" }],
      selection,
      report: (report) => void reports.push(report),
    });
    onTestFinished(() => trainer.dispose());
    await trainer.load(initialParameters(trainer.layout, 1));
    const unplug = (): void => {
      isUnplugged = true;
    };
    const texts = () => reports.flatMap((report) => (report.type === "notice" ? [report.text] : []));
    return { trainer, reports, texts, unplug };
  }

  it("gives the same update on a new device, bit for bit, says so, and leaves no tensor behind", async () => {
    const { trainer, texts } = await onGpu("cpu");
    const parameters = initialParameters(trainer.layout, 1);
    const undisturbed = await trainer.localUpdate(options);
    await trainer.load(parameters);
    const tensors = tf.memory().numTensors;
    const lost = webgpuDevice();
    const update = trainer.localUpdate(options);
    lost.destroy();
    expect(await update).toEqual(undisturbed);
    expect(webgpuDevice()).not.toBe(lost);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(texts()).toEqual([
      expect.stringMatching(/^The GPU was lost \(.*\): training goes on on webgpu, from the model as committed\.$/),
    ]);
    // And once more, this time while nothing is under way.
    webgpuDevice().destroy();
    await sleep(10);
    await trainer.load(parameters);
    expect(await trainer.localUpdate(options)).toEqual(undisturbed);
  });

  it("gives it on WebAssembly where no GPU is left", async () => {
    const { trainer, reports, unplug } = await onGpu("cpu");
    const undisturbed = (await trainer.localUpdate(options)).delta as Float32Array;
    await trainer.load(initialParameters(trainer.layout, 1));
    const update = trainer.localUpdate(options);
    unplug();
    webgpuDevice().destroy();
    const delta = (await update).delta as Float32Array;
    const distance = Math.hypot(...delta.map((value, i) => value - undisturbed[i]!));
    expect(distance).toBeLessThan(1e-3 * Math.hypot(...undisturbed));
    expect(tf.getBackend()).toBe("wasm");
    expect(reports.findLast(({ type }) => type === "backend")).toEqual({
      type: "backend",
      backend: "wasm",
      passedOver: ["webgpu: not available because this machine has lost its GPU"],
    });
  });

  it("takes its updates to the CPU if they stayed on the GPU, and says that what was not sent yet is gone", async () => {
    const { trainer, reports, texts } = await onGpu("device");
    expect((await trainer.localUpdate(options)).delta).not.toBeInstanceOf(Float32Array);
    await trainer.load(initialParameters(trainer.layout, 1));
    const update = trainer.localUpdate(options);
    webgpuDevice().destroy();
    expect((await update).delta).toBeInstanceOf(Float32Array);
    expect(texts().at(-1)).toMatch(/What this peer had not sent yet was kept there and is gone\.$/);
    expect(reports.findLast(({ type }) => type === "selection")).toMatchObject({ place: "cpu" });
  });
});

describe.skipIf(device === null)("a memory on a GPU that is lost", () => {
  const text = "ef14(topk(10%))";
  /** Of the problem of a swarm. */
  const dimension = 200;

  it.each([
    ["while it trains", 50],
    ["while its update waits for the others", 400],
  ])("begins anew at zero, and its peer counts again, though a room of two needs both: lost %s", async (_when, atMs) => {
    const own = (await openDevice())!;
    const memory = await DeviceMemory.create(own, dimension);
    let isLost = false;
    const lost = lossOf(own).then((reason) => {
      isLost = true;
      return reason;
    });
    /** Of seat 1: its updates are on the device while there is one. */
    const onDevice = (trainer: Trainer) =>
      failoverTrainer(
        {
          trainer: {
            ...trainer,
            scheme: failoverScheme(text, trainer.layout, deviceScheme(text, memory)!, () => isLost),
            async localUpdate(options) {
              const update = await trainer.localUpdate(options);
              return { ...update, delta: memory.upload(Float32Array.from(update.delta)) };
            },
          },
          lost,
        },
        async () => ({ trainer: { ...trainer, dispose: () => {} }, lost: never }),
      );
    const swarm = swarmOf(
      2,
      { scheme: text },
      {
        // A read-back takes real time, during which the virtual clock must not run away.
        settle: () => sleep(4),
        trainingMs: (seat) => (seat === 1 ? 100 : 1_000),
        wrap: (trainer, seat) => (seat === 1 ? onDevice(trainer) : trainer),
      },
    );
    const { ids, reached, run, roundsOf, clock } = swarm;
    expect(await run(reached(3, ids))).toBe(true);
    const startedMs = clock.now();
    expect(await run(() => clock.now() >= startedMs + atMs)).toBe(true);
    own.destroy();
    const lostAt = roundsOf(ids[1]!).at(-1)!.round;
    expect(await run(reached(lostAt + 6, ids))).toBe(true);
    const rounds = ids.flatMap(roundsOf);
    expect(rounds.every(({ contributors }) => contributors === 2)).toBe(true);
    expect([...hashesByRound(rounds).values()].every(({ size }) => size === 1)).toBe(true);
  });

  it("holds after the loss what was given back and what did not count, and nothing from before", async () => {
    const own = (await openDevice())!;
    const memory = await DeviceMemory.create(own, dimension);
    const layout = layoutOf([{ name: "x", shape: [4] }]);
    let isLost = false;
    const scheme = failoverScheme("ef14(topk(1))", layout, deviceScheme("ef14(topk(1))", memory)!, () => isLost);
    const before = scheme.onExcluded(memory.upload(new Float32Array(dimension).fill(1)), scheme.init(layout).local);
    own.destroy();
    isLost = true;
    const delivered = sparseUpdate(4, Uint32Array.of(2), Float32Array.of(5));
    const after = scheme.onExcluded(Float32Array.of(1, 2, 3, 4), scheme.onRollback(delivered, before));
    expect(after).toEqual({ residual: Float32Array.of(1, 2, 8, 4) });
  });
});
